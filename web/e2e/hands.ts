/** The commands of tests/story/chapter.yml, as somebody does them who has the page before them. */
import { expect } from "vitest";
import { standing } from "../../tests/story/play.mjs";
import type { Playground } from "./browser.ts";
import { answerTo, ask, revision } from "./worker.ts";

export interface Step {
  readonly [key: string]: unknown;
  readonly is?: Readonly<Record<string, unknown>>;
  readonly fails?: Readonly<Record<string, unknown>>;
  readonly save?: Readonly<Record<string, string>>;
  readonly to?: number;
  readonly flags?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

interface Request {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: string;
}

/** What the API server says against a command. */
export class Refusal extends Error {
  readonly status: { reason: string; code: number; message: string };

  constructor(text: string) {
    super(text);
    const [, invalid] = /^The \S+ ".*?" is invalid: (.*)/s.exec(text) ?? [];
    const [, reason = "", message = text] = /(?:^|\n)Error from server \((\w+)\).*?: (.*)/s.exec(text) ?? [];
    // kubectl says only of what is invalid which code it had.
    this.status =
      invalid === undefined
        ? { reason, code: 0, message }
        : { reason: "Invalid", code: 422, message: invalid };
  }
}

/** A step is typed into this file, and kubectl applies it. */
const FILE = "deploy.yml";
/** As long as this one is unfinished the cluster does not follow the editor: kubectl alone says what is applied. */
const DRAFT = "svc.yml";
const UNFINISHED = "kind: [";

/** Time stands still, the tables are to be seen, and nothing follows the editor. */
export async function settleIn(p: Playground): Promise<void> {
  await p.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await p.page.getByRole("button", { name: "Pause" }).click();
  await write(p, DRAFT, UNFINISHED);
  await p.page.getByRole("button", { name: "Table" }).click();
}

/** An empty cluster. No button asks for a seed: the page's engine is asked itself. */
export async function begin(p: Playground, options: object): Promise<void> {
  await ask(p.page, "start", { seed: 1, nodes: 3, loadBalancer: false, ...options });
  await p.until(
    async () => [await p.rows("pods").count(), await p.rows("services").count()],
    (rows) => expect(rows).toEqual([0, 0]),
  );
}

/** Replaces what is in a file of the editor, from the clipboard. */
async function write(p: Playground, file: string, text: string): Promise<void> {
  await p.page.getByRole("button", { name: file, exact: true }).click();
  await p.page.locator(".tab.active", { hasText: file }).waitFor();
  const content = p.page.locator(".cm-content");
  await p.until(
    async () => {
      await content.click();
      return content.evaluate((element) => element === document.activeElement);
    },
    (focused) => expect(focused).toBe(true),
  );
  await p.page.keyboard.press("ControlOrMeta+a");
  await p.page.evaluate((text) => navigator.clipboard.writeText(text), text);
  const { problems } = await answerTo(p.page, "apply", () => p.page.keyboard.press("ControlOrMeta+v"));
  expect(problems.map((problem) => problem.file)).toContain(DRAFT);
}

const terminal = (p: Playground) => p.page.locator(".xterm-helper-textarea");

async function openTerminal(p: Playground): Promise<void> {
  if ((await terminal(p).count()) === 0)
    await p.page.locator("header").getByRole("button", { name: "kubectl" }).click();
  await terminal(p).focus();
}

/** The traffic stands where the terminal does. */
async function closeTerminal(p: Playground): Promise<void> {
  if ((await terminal(p).count()) === 0) return;
  await p.page.getByRole("button", { name: "Close the terminal" }).click();
  await terminal(p).waitFor({ state: "detached" });
}

/** Types a command into the terminal. What it has printed is read in full, and has to be on the screen as far as it fits. */
async function kubectl(p: Playground, words: readonly string[]): Promise<string> {
  await openTerminal(p);
  const { stdout, stderr, code } = await answerTo(p.page, "kubectl", async () => {
    await p.page.keyboard.insertText(["kubectl", ...words].join(" "));
    await p.page.keyboard.press("Enter");
  });
  const bare = (text: string) => text.replace(/\s/g, "");
  const said = (code === 0 ? stdout : stderr).trimEnd().split("\n").at(-1) ?? "";
  await p.until(
    async () => bare((await p.page.locator(".xterm-rows > div").allTextContents()).join("")),
    (screen) => expect(screen).toContain(bare(said)),
  );
  if (code !== 0) throw new Refusal(stderr.trimEnd());
  return stdout;
}

async function apply(p: Playground, text: string) {
  // The same text again is no change, and would not be answered.
  await write(p, FILE, `# ${await revision(p.page)} ${Math.random()}\n${text}`);
  const kinds = [...text.matchAll(/^kind: *(\w+)/gm)].map(([, kind]) => kind ?? "");
  const printed = await kubectl(p, ["apply", "-f", FILE]);
  return printed
    .trim()
    .split("\n")
    .map((line) => {
      const [, resource = "", name, result] = /^([^/]+)\/(\S+) (\S+)$/.exec(line) ?? [];
      const kind = kinds.find((kind) => kind.toLowerCase() === resource.split(".")[0]);
      return { kind, name, result };
    });
}

async function get(p: Playground, kind: string, name: string, namespace = "default") {
  try {
    return JSON.parse(await kubectl(p, ["get", kind, name, "-n", namespace, "-o", "json"]));
  } catch (error) {
    if (error instanceof Refusal && error.status.reason === "NotFound") return {};
    throw error;
  }
}

interface PodRow {
  readonly name: string;
  readonly state: string;
  readonly ip: string;
  readonly node: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly requests: number;
}

/** The table of pods. */
async function podRows(p: Playground): Promise<PodRow[]> {
  const rows = await p.cells("pods");
  return rows.map(([name = "", state = "", ip = "", node = "", labels = "", requests]) => ({
    name,
    state,
    ip,
    node,
    labels: labelsOf(labels),
    requests: Number(requests),
  }));
}

const labelsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text === "none" ? [] : text.split(/, ?/).map((label) => label.split("=") as [string, string]));

const carries = (pod: PodRow, wanted: ReadonlyMap<string, string>): boolean =>
  [...wanted].every(([key, value]) => pod.labels.get(key) === value);

const pods = async (p: Playground, labels: string) =>
  standing((await podRows(p)).filter((pod) => carries(pod, labelsOf(labels))));

interface Listed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly subsets?: readonly Readonly<Record<string, readonly { readonly ip: string }[]>>[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready: boolean };
  }[];
}

/** What the table of Services counts; Endpoints, EndpointSlices and the table of pods have to agree with it. */
async function endpoints(p: Playground, service: string) {
  const { items } = JSON.parse(await kubectl(p, ["get", "endpoints,endpointslices", "-o", "json"])) as {
    items: readonly Listed[];
  };
  const own = items.filter(({ kind, metadata }) =>
    kind === "Endpoints"
      ? metadata.name === service
      : metadata.labels?.["kubernetes.io/service-name"] === service,
  );
  const subsets = own.flatMap((item) => item.subsets ?? []);
  const sliced = own.flatMap((item) => item.endpoints ?? []);
  const listed = (key: string) => subsets.flatMap((subset) => subset[key] ?? []).map(({ ip }) => ip);
  const inSlices = (ready: boolean) =>
    sliced.filter((e) => e.conditions.ready === ready).flatMap((e) => e.addresses);
  const row = (await p.cells("services")).find(([name]) => name === service) ?? [];
  const [ready = 0, total = 0] = (row[6] ?? "").split("/").map(Number);
  const selector = labelsOf(row[5] ?? "");
  const selected = (await podRows(p)).filter((pod) => pod.state === "ready" && carries(pod, selector));
  const agree =
    same(listed("addresses"), inSlices(true)) &&
    same(listed("notReadyAddresses"), inSlices(false)) &&
    same(
      listed("addresses"),
      selected.map((pod) => pod.ip),
    ) &&
    new Set(listed("addresses")).size === ready;
  return { ready, notReady: total - ready, agree };
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  [...new Set(a)].sort().join() === [...new Set(b)].sort().join();

/** Chooses who sends what to whom. */
async function aim(p: Playground, { from, to, port, protocol = "TCP" }: Request): Promise<void> {
  await closeTerminal(p);
  await p.ask.getByLabel("From").selectOption(from.replace(/^pod\/([^/]+)$/, "pod/default/$1"));
  await p.ask.getByLabel("to", { exact: true }).selectOption("other");
  await p.ask.getByLabel("Protocol").selectOption(protocol);
  await p.ask.getByLabel("Name or address, and port").fill(`${to}:${port}`);
}

/** Curl's words for what the verdict says. */
const ERRORS: readonly (readonly [RegExp, (to: string) => string | null])[] = [
  [/^Answered by /, () => null],
  [/^Refused: /, () => "Connection refused"],
  [/^Timed out: /, () => "Connection timed out"],
  [/^The name \S+ cannot be resolved: /, (to) => `Could not resolve host: ${to}`],
];

/** What kind of step it is that the page tells so. */
const STEPS: readonly (readonly [RegExp, string])[] = [
  [/^The client asks \S+ for the \S+ records/, "query"],
  [/^The packet meets the rules of node /, "arrival"],
  [/^\S+ is (the|an?) .* of Service \S+, port /, "rule"],
];

async function send(p: Playground, request: Request) {
  await aim(p, request);
  const press = () => p.ask.getByRole("button", { name: "Send", exact: true }).click();
  const { sample, byPod } = await answerTo(p.page, "send", press);
  await p.until(
    async () => ((await p.verdict.textContent()) ?? "").trim(),
    (verdict) => expect(verdict.startsWith(sample.summary)).toBe(true),
  );
  const texts = sample.steps.map((step) => step.text);
  await p.until(
    () => p.steps.allTextContents(),
    // Notes stand behind some of them.
    (shown) => expect(shown.map((step, i) => step.slice(0, texts[i]?.length))).toEqual(texts),
  );
  const error = ERRORS.find(([pattern]) => pattern.test(sample.summary)) ?? [];
  if (!error[1]) throw new Error(`no word for this verdict: ${sample.summary}`);
  const service = sample.steps.find((step) => step.place?.kind === "service")?.place?.key;
  return {
    outcome: sample.outcome,
    pod: Object.keys(byPod)[0],
    node: / on node (\S+?)\.( |$)/.exec(sample.summary)?.[1],
    service,
    summary: sample.summary,
    error: error[1](request.to),
    // The program in the pod answers with what it sees.
    response: `client=${/ it sees (\S+) as its client/.exec(texts.at(-1) ?? "")?.[1]}`,
    steps: texts.map((text) => STEPS.find(([pattern]) => pattern.test(text))?.[1] ?? text),
  };
}

const BUTTONS: readonly (readonly [number, string])[] = [
  [1000, "Send 1000"],
  [100, "Send 100"],
  [1, "Send"],
];

/** Sends as many as the buttons are good for, and reads the tables for what came of them. */
async function many(p: Playground, { times, by = "", ...request }: Request & { times: number; by?: string }) {
  await aim(p, request);
  const reset = p.page.getByRole("button", { name: "Reset" });
  if ((await reset.count()) > 0) await reset.click();
  let outcome = "";
  let left = times;
  for (const [count, name] of BUTTONS) {
    for (; left >= count; left -= count) {
      const press = () => p.ask.getByRole("button", { name, exact: true }).click();
      outcome = (await answerTo(p.page, "send", press)).sample.outcome;
    }
  }
  const answered = async () => (await podRows(p)).reduce((sum, pod) => sum + pod.requests, 0);
  const failed = async () => {
    const head = (await p.page.locator(".spread h2").textContent()) ?? "";
    return Number(/(\d+) failed/.exec(head)?.[1] ?? 0);
  };
  await p.until(
    async () => (await answered()) + (await failed()),
    (all) => expect(all).toBe(times),
  );
  const outcomes: Record<string, number> = {};
  if ((await answered()) > 0) outcomes["answered"] = await answered();
  if ((await failed()) > 0) outcomes[outcome] = await failed();
  const asked = (await podRows(p)).filter((pod) => pod.requests > 0);
  const shares: Record<string, number> = {};
  for (const pod of asked) {
    const value = pod.labels.get(by);
    if (value !== undefined) shares[value] = (shares[value] ?? 0) + pod.requests / times;
  }
  const counts = asked.map((pod) => pod.requests);
  return {
    outcomes,
    pods: asked.length,
    least: Math.min(...counts) / times,
    most: Math.max(...counts) / times,
    shares,
  };
}

/** Opens a side of a pod in the inspector. */
async function side(p: Playground, pod: string, name: string) {
  await p.page.locator("[data-table=pods]").getByRole("button", { name: pod, exact: true }).click();
  const inspector = p.page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("tab", { name }).click();
  return inspector;
}

async function resolve(p: Playground, { from, name, type }: { from: string; name: string; type: string }) {
  const inspector = await side(p, from.split("/").at(-1) ?? "", "DNS");
  const lookup = inspector.locator(".lookup");
  await lookup.getByLabel("Ask for").fill(name);
  await lookup.getByLabel("Type").selectOption(type);
  const answer = await answerTo(p.page, "resolve", () => lookup.getByRole("button", { name: "Ask" }).click());
  const { records, error } = answer;
  await p.until(
    async () => (await inspector.locator(".answer").textContent()) ?? "",
    (text) => {
      for (const record of records) expect(text).toContain(record.data);
      if (records.length === 0) expect(text).toContain(error || "No records.");
    },
  );
  await inspector.getByRole("button", { name: "Close", exact: true }).click();
  return { name: records[0]?.name, records: records.map((r) => `${r.type} ${r.data}`), error: error || null };
}

async function variables(p: Playground, pod: string) {
  const inspector = await side(p, pod, "Environment");
  const rows = inspector.locator(".variables tr");
  await rows.first().waitFor();
  const pairs = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? "")),
  );
  await inspector.getByRole("button", { name: "Close", exact: true }).click();
  return Object.fromEntries(pairs);
}

/** A minute in which nothing happens is followed by more of them. */
const QUIET_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Nobody presses a button that often: the page's engine is asked for minutes until one passes without an event. */
async function settle(p: Playground) {
  for (let passed = 0; passed < HOUR_MS; passed += QUIET_MS) {
    const before = await revision(p.page);
    await ask(p.page, "step", { ms: QUIET_MS });
    if ((await revision(p.page)) === before) return {};
  }
  throw new Error("it does not settle within an hour");
}

/** So many seconds are stepped through with the button. */
const PRESSED = 2;

async function advance(p: Playground, seconds: number) {
  const press = () => p.page.getByRole("button", { name: "One second on" }).click();
  const pressed = Math.min(seconds, PRESSED);
  for (let i = 0; i < pressed; i++) await answerTo(p.page, "step", press);
  await ask(p.page, "step", { ms: (seconds - pressed) * 1000 });
  return {};
}

const named = (object: unknown): [string, string] => String(object).split("/") as [string, string];

type Command = (p: Playground, value: never, step: Step, read: (file: string) => string) => Promise<unknown>;

/** Each gets the page, what stands behind its name, the whole step, and how to read files. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  apply: (p, files: readonly string[], _step, read) => apply(p, files.map(read).join("\n---\n")),
  manifest: (p, text: string) => apply(p, text),
  delete: (p, object) => kubectl(p, ["delete", ...named(object), "--wait=false"]),
  scale: (p, object, step) => kubectl(p, ["scale", ...named(object), "--replicas", String(step.to)]),
  expose: async (p, object, { flags = {} }) => {
    const words = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
    await kubectl(p, ["expose", ...named(object), ...words]);
    return get(p, "Service", flags["name"] ?? named(object)[1]);
  },
  advance,
  settle,
  get: (p, object, step) => get(p, ...named(object), step.namespace),
  pods,
  endpoints,
  send,
  many,
  resolve,
  variables,
};

/** What is read off tables, which may lag a moment behind. */
export const READ = new Set(["pods", "endpoints"]);
