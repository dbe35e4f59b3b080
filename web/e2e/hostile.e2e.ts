/** What strangers hand over: by file, by link and by paste. There is a clear message or a picture, and nothing runs. */
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Playground, type Stand, stand } from "./browser.ts";

let theStand: Stand;
let p: Playground;

beforeAll(async () => {
  theStand = await stand();
  p = await theStand.open();
});
afterAll(async () => {
  await p.close();
  await theStand.close();
});

const SCRIPT = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>";

const object = (kind: string, name: string, rest = ""): string =>
  `apiVersion: ${kind === "Deployment" ? "apps/v1" : "v1"}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${rest}`;
const service = (name: string, rest = ""): string =>
  object("Service", name, `${rest}spec:\n  ports:\n  - port: 80\n`);
const pod = (name: string, rest = ""): string =>
  object("Pod", name, `${rest}spec:\n  containers:\n  - name: c\n    image: example/a:1\n`);
const deployment = (replicas: string): string =>
  object(
    "Deployment",
    "a",
    `spec:\n  replicas: ${replicas}\n  selector:\n    matchLabels: {a: b}\n  template:\n    metadata:\n      labels: {a: b}\n    spec:\n      containers:\n      - name: c\n        image: example/a:1\n`,
  );
const many = (count: number, one: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join("---\n");
const quoted = (text: string): string => JSON.stringify(text);

/** What it is, its text, and what comes of it: a problem, a picture, or nothing that can be opened. */
const INPUTS: readonly (readonly [
  what: string,
  text: string,
  outcome: "problem" | "picture" | "message" | "any",
])[] = [
  ["nothing", "", "picture"],
  ["blanks", "  \n\t\n   \n", "any"],
  ["comments alone", "# a\n# b\n", "picture"],
  ["documents without anything in them", "---\n".repeat(5000), "picture"],
  ["words", "lorem ipsum dolor sit amet", "problem"],
  ["a web page", `<!doctype html><html><body>${SCRIPT}</body></html>`, "problem"],
  ["a program", '#include <stdio.h>\nint main(void) { puts("hello"); }\n', "problem"],
  ["brackets without an end", "[".repeat(100_000), "problem"],
  ["braces within braces", `${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}`, "problem"],
  ["a staircase of keys", Array.from({ length: 3000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "problem"],
  [
    "a billion laughs",
    `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
      .split("")
      .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(",")}]`)
      .join("\n")}\n`,
    "problem",
  ],
  ["an alias of itself", "a: &a [*a]\n", "problem"],
  ["an alias of nothing", "a: *b\n", "problem"],
  ["tabs", "kind:\tService\n\tmetadata:\n\t\tname: a\n", "problem"],
  ["the same key twice", `${service("a")}kind: Pod\n`, "any"],
  ["an annotation of a megabyte", service("a", `  annotations:\n    a: ${"x".repeat(1024 * 1024)}\n`), "any"],
  ["a key of a megabyte", `${"k".repeat(1024 * 1024)}: 1\n`, "problem"],
  ["a name of a megabyte", service("n".repeat(1024 * 1024)), "problem"],
  ["a script as a name", service(quoted(SCRIPT)), "problem"],
  ["a script as an annotation", service("a", `  annotations:\n    a: ${quoted(SCRIPT)}\n`), "picture"],
  ["a script as a label", service("a", `  labels:\n    a: ${quoted(SCRIPT)}\n`), "problem"],
  ["a script as an image", pod("a").replace("example/a:1", quoted(SCRIPT)), "any"],
  ["a script as a kind", `apiVersion: v1\nkind: ${quoted(SCRIPT)}\nmetadata:\n  name: a\n`, "problem"],
  ["a script as a field", service("a").replace("spec:", `${quoted(SCRIPT)}: 1\nspec:`), "problem"],
  [
    "an address of a script",
    service("a", "  annotations:\n    a: javascript:document.title='ran'\n"),
    "picture",
  ],
  ["text from right to left", service("a", "  annotations:\n    a: \u202eמה שלומך\u202c مرحبا\n"), "picture"],
  ["a name from right to left", service("\u202eabc"), "problem"],
  ["a name with nothing in it to see", service("\u200ba\u200d"), "problem"],
  ["an emoji as a name", service("🚀"), "problem"],
  ["half a character", service("a", '  annotations:\n    a: "\\uD800"\n'), "any"],
  ["signs that terminals obey", service("a", '  annotations:\n    a: "\\e]0;title\\a\\e[31m"\n'), "any"],
  ["a mark of byte order", `\ufeff${service("a")}`, "picture"],
  ["lines as Windows ends them", service("a").replaceAll("\n", "\r\n"), "picture"],
  ["bytes that are no text", "kind: \u0000\u0001\u0002", "message"],
  [
    "names of what every object has",
    service("a", "  labels:\n    __proto__: a\n    constructor: b\n    toString: c\n"),
    "any",
  ],
  ["a namespace of such a name", service("a", "  namespace: __proto__\n"), "problem"],
  ["numbers as names", service("12345"), "problem"],
  ["a kind that nobody knows", "apiVersion: example.com/v9\nkind: Thing\nmetadata:\n  name: a\n", "problem"],
  ["no kind", "apiVersion: v1\nmetadata:\n  name: a\n", "problem"],
  [
    "lists within lists",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: [1, null, [], {}]\n",
    "problem",
  ],
  ["a template of Helm", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n", "problem"],
  ["tags of another language", "a: !!python/object/apply:os.system ['ls']\n", "problem"],
  ["half of JSON", '{"apiVersion": "v1", "kind": "Service", "metadata": {', "problem"],
  ["JSON within JSON", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`, "problem"],
  ["fewer replicas than none", deployment("-1"), "problem"],
  ["more replicas than numbers", deployment("1e400"), "problem"],
  ["more replicas than anybody has", deployment("1000"), "picture"],
  ["a port beyond all ports", service("a").replace("80", "99999999999999999999"), "problem"],
  [
    "a Service with a thousand ports",
    object(
      "Service",
      "a",
      `spec:\n  ports:\n${Array.from({ length: 1000 }, (_, i) => `  - {name: p${i}, port: ${i + 1}}\n`).join("")}`,
    ),
    "any",
  ],
  ["five hundred Services", many(500, (i) => service(`s-${i}`)), "picture"],
  ["ten thousand objects", many(10_000, (i) => object("ConfigMap", `c-${i}`)), "any"],
  ["a dump that is none", "resourceVersion: 1\nuid: 2\nitems:\n- 3\nmetadata: [\n", "problem"],
];

/** The ways in, in turn; what is large comes as a file. */
const WAYS = ["file", "paste", "link"] as const;
type Way = (typeof WAYS)[number];
const LARGE = 100_000;

const hashOf = (value: unknown): string =>
  `#v1=${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

/** Hands it over, and waits until it is what the page shows. */
async function handOver(way: Way, text: string, name: string): Promise<void> {
  const { page } = p;
  if (way === "file") {
    const file = { name, mimeType: "text/yaml", buffer: Buffer.from(text) };
    await page.locator('input[type="file"]').setInputFiles(file);
  } else if (way === "paste") {
    await page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, text);
  } else {
    const send = { from: "outside", to: "", port: 0 };
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      hashOf({ example: "own", files: [{ name, text }], send }),
    );
  }
  if (text.includes("\u0000")) return;
  const shown = way === "paste" ? "pasted.yml" : name;
  await page.getByRole("button", { name: shown, exact: true }).waitFor();
}

/** How it stands, when everything has come to rest. */
async function outcome(): Promise<string> {
  return p.page.evaluate(() => {
    const all = (selector: string) => document.querySelectorAll(selector).length;
    if (all(".news.bad") > 0) return "message";
    if (all(".crash:not(.busy)") > 0) return `crash: ${document.querySelector(".crash")?.textContent}`;
    if (all(".problem") > 0) return "problem";
    if (document.querySelector(".foot")?.textContent?.includes("Applied")) return "picture";
    return "nothing yet";
  });
}

/** The longest time for which the page could not do anything, in milliseconds, while `work` is done. */
async function stillness(work: () => Promise<void>): Promise<number> {
  await p.page.evaluate(() => {
    const own = globalThis as unknown as { longest: number; beat: number };
    own.longest = 0;
    let last = performance.now();
    own.beat = window.setInterval(() => {
      own.longest = Math.max(own.longest, performance.now() - last);
      last = performance.now();
    }, 20);
  });
  await work();
  return p.page.evaluate(() => {
    const own = globalThis as unknown as { longest: number; beat: number };
    clearInterval(own.beat);
    return own.longest;
  });
}

describe("what strangers hand over", () => {
  it.each(INPUTS.map((input, i) => [input[0], WAYS[i % WAYS.length] ?? "file", input] as const))(
    "%s",
    async (_, turn, [what, text, wanted]) => {
      const way: Way = text.length > LARGE ? "file" : turn === "paste" && text.trim() === "" ? "link" : turn;
      const longest = await stillness(async () => {
        await handOver(way, text, `${what.replaceAll(" ", "-")}.yml`);
        await p.until(outcome, (found) => expect(found).not.toBe("nothing yet"));
      });
      const found = await outcome();
      if (wanted === "any") expect(["problem", "picture", "message"]).toContain(found);
      else expect(found).toBe(wanted);
      expect(await p.page.title(), what).toBe("svcscope: Kubernetes Services, exact");
      expect(await p.page.locator("img:not(.cm-widgetBuffer), iframe, #app script").count()).toBe(0);
      expect(longest, `${what}: the page stood still`).toBeLessThan(3000);
      const wide = await p.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide).toBe(0);
      await p.page
        .getByRole("button", { name: "Dismiss" })
        .click({ timeout: 300 })
        .catch(() => undefined);
    },
  );

  it.each([
    ["is cut off", "#v1=q1YqSy1S"],
    ["is no base64", "#v1=%%%<script>"],
    [
      "unfolds to gigabytes",
      `#v1=${deflateRawSync(Buffer.alloc(64 * 1024 * 1024, 32)).toString("base64url")}`,
    ],
    ["holds something else", hashOf({ example: {}, files: "all", send: null })],
    [
      "has a thousand files",
      hashOf({
        example: "own",
        files: Array(1000).fill({ name: "a", text: "" }),
        send: { from: "", to: "", port: 1 },
      }),
    ],
  ])("a link that %s", async (_, hash) => {
    await p.page.evaluate((wanted) => {
      location.hash = wanted;
    }, hash);
    await p.page.getByText("The link could not be read").waitFor();
    await p.page.getByRole("button", { name: "Dismiss" }).click();
  });

  it("names of files are names, and no paths or elements", async () => {
    const name = `..${"/".repeat(3)}${SCRIPT}.yml`;
    await p.page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      hashOf({
        example: "own",
        files: [
          { name, text: "" },
          { name: "b.yml", text: "" },
        ],
        send: { from: "", to: "", port: 1 },
      }),
    );
    await p.page.getByRole("button", { name: "b.yml", exact: true }).waitFor();
    expect(await p.page.title()).toBe("svcscope: Kubernetes Services, exact");
    expect(await p.page.locator("img").count()).toBe(0);
  });
});
