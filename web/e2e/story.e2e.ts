/** The chapter's story, as a reader of it would click it. */
import { describe, expect, it } from "vitest";
import { p, theStand } from "./each.ts";

const ANSWERED = /^Answered by pod web-deploy-[a-z0-9]+-[a-z0-9]+ on node node-\d\.$/;

const requests = (pods: readonly string[][]): number[] => pods.map((row) => Number(row.at(-1)));
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe("ten pods and hello-svc", () => {
  it("are there from the first second, with a packet that was answered", async () => {
    await p.says(ANSWERED);
    // The tables, which only a screen reader has at first, come a moment after the picture.
    await p.until(
      () => p.cells("pods"),
      (rows) => expect(rows.map((row) => row[1])).toEqual(Array(10).fill("ready")),
    );
    const [service = []] = await p.cells("services");
    expect(service.slice(0, 2)).toEqual(["hello-svc", "NodePort"]);
    expect(service[2]).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(service.slice(4)).toEqual(["8080:30001/TCP → 8080", "app=hello-world", "10/10"]);
    const pods = await p.cells("pods");
    expect(new Set(pods.map((row) => row[3]))).toEqual(new Set(["node-1", "node-2", "node-3"]));
    expect(sum(requests(pods))).toBe(1);
  });

  it("share what is sent to a node port of any node", async () => {
    for (const [i, node] of ["node-1", "node-2", "node-3"].entries()) {
      const option = p.ask.getByLabel("to").locator("option", { hasText: `:30001 (${node})` });
      await p.ask.getByLabel("to").selectOption((await option.getAttribute("value")) ?? "");
      await p.ask.getByLabel("Send 100", { exact: true }).click();
      await p.until(
        async () => sum(requests(await p.cells("pods"))),
        (total) => expect(total).toBe(1 + 100 * (i + 1)),
      );
      await p.says("100 of 100 answered by 10 pods.");
    }
    const counts = requests(await p.cells("pods"));
    expect(Math.min(...counts)).toBeGreaterThan(5);
    expect(await p.page.locator(".spread table", { hasText: "By pod" }).locator("tbody tr").count()).toBe(10);
    await p.page.getByRole("button", { name: "Reset" }).click();
    expect(sum(requests(await p.cells("pods")))).toBe(0);
  });

  it("are reached by name from a pod, and the steps say how", async () => {
    const from = p.ask.getByLabel("From");
    const pod = await from
      .locator("option", { hasText: /^pod web-deploy/ })
      .first()
      .getAttribute("value");
    await from.selectOption(pod ?? "");
    await p.ask.getByLabel("to").selectOption({ label: "hello-svc:8080" });
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.until(
      async () => (await p.steps.allTextContents()).join("\n"),
      (steps) => expect(steps).toContain("hello-svc.default.svc.cluster.local"),
    );
    await p.says(ANSWERED);
  });

  it("become twelve when the manifest says so, and are seen to start", async () => {
    await p.page.getByRole("button", { name: "Pause" }).click();
    await p.retype("replicas: 10", 1, "2");
    await p.until(
      async () => (await p.cells("pods")).map((row) => row[1]).sort(),
      (states) =>
        expect(states).toEqual([
          ...Array(10).fill("ready"),
          "starting (ContainerCreating)",
          "starting (ContainerCreating)",
        ]),
    );
    expect(await p.page.locator(".standing").textContent()).toBe("hello-svc · 10 of 12 pods ready");
    await p.page.getByRole("button", { name: "Play" }).click();
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("12/12"),
    );
    expect(await p.page.locator(".standing").textContent()).toBe("hello-svc · 12 of 12 pods ready");
  });

  it("are replaced where one is deleted", async () => {
    await p.until(
      () => p.cells("pods"),
      (pods) => expect(pods).toHaveLength(10),
    );
    const [first] = await p.cells("pods");
    await p.page.getByRole("button", { name: "Table" }).click();
    await p.page.getByRole("button", { name: first?.[0] ?? "", exact: true }).click();
    await p.page.getByRole("button", { name: "Delete", exact: true }).click();
    await p.until(
      () => p.cells("pods"),
      (pods) => {
        expect(pods.filter((row) => row[1] === "ready")).toHaveLength(10);
        expect(pods.map((row) => row[0])).not.toContain(first?.[0]);
      },
    );
  });

  it("are not found by a Service whose selector is wrong, and it is said why", async () => {
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.retype("app: hello-world", 1, "t");
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("0/0"),
    );
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.says(/^Refused: Service hello-svc has no usable endpoint\./);
    await p.says("The pods of Deployment web-deploy have app=hello-world instead of app=hello-worlt.");
  });
});

describe("a manifest that is wrong", () => {
  it("says what and where, in the API's words, and the last valid state stays", async () => {
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.retype("nodePort: 30001", 5, "29999");
    const problem = p.page.locator(".problem");
    await problem.waitFor();
    expect(await problem.textContent()).toContain(
      "spec.ports[0].nodePort: Invalid value: 29999: provided port is not in the valid range. The range of valid ports is 30000-32767",
    );
    expect(await problem.textContent()).toMatch(/svc\.yml:10:17$/);
    await p.page.getByText("showing the last valid state").waitFor();
    await p.page.locator(".cm-lintRange-error", { hasText: "29999" }).waitFor();
    expect((await p.cells("services"))[0]?.[4]).toBe("8080:30001/TCP → 8080");
    for (let i = 0; i < 12 && (await problem.count()) > 0; i++)
      await p.page.keyboard.press("ControlOrMeta+z");
    await p.page.locator(".problem").waitFor({ state: "detached" });
    await p.page.getByText("showing the last valid state").waitFor({ state: "detached" });
  });

  it("is no YAML: that, too, has its place", async () => {
    await p.retype("metadata:", 0, ": [");
    await p.page.locator(".problem").first().waitFor();
    expect(await p.page.locator(".problem").first().textContent()).toMatch(/deploy\.yml:\d+:\d+/);
    expect(await p.rows("pods").count()).toBe(10);
  });

  it("is no matter when a file is closed: what was in it goes", async () => {
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.page.getByRole("button", { name: "Close svc.yml" }).click();
    await p.until(
      () => p.rows("services").count(),
      (services) => expect(services).toBe(0),
    );
    await p.page.getByText("No Services yet.").waitFor({ state: "attached" });
    await p.page.getByRole("button", { name: "New file" }).click();
    expect(await p.rows("pods").count()).toBe(10);
  });
});

describe("time", () => {
  it("stands still when it is paused, and goes a second on by a step", async () => {
    const time = p.page.locator(".time");
    await p.page.getByRole("button", { name: "Pause" }).click();
    await p.page.waitForTimeout(300);
    const before = (await time.textContent()) ?? "";
    await p.page.waitForTimeout(1500);
    expect(await time.textContent()).toBe(before);
    await p.page.getByRole("button", { name: "One second on" }).click();
    await p.until(
      () => time.textContent(),
      (now) => expect(Number(now?.slice(-2))).toBe((Number(before.slice(-2)) + 1) % 60),
    );
    await p.page.getByRole("button", { name: "Play" }).click();
    await p.until(
      () => time.textContent(),
      (now) => expect(now && now > before).toBe(true),
    );
  });
});

describe("the figures", () => {
  it.each([
    ["6.3", /^Answered by pod pod-\d/, ["3/3"]],
    [
      "6.4",
      /^Refused: Service prod-svc has no usable endpoint\. No pod has the labels .* no label version\./,
      ["0/0"],
    ],
    ["6.5", /^Answered by pod pod-\d/, ["3/3"]],
    ["6.6", /^Answered by pod magic-\d on node node-[13]\./, ["3/3"]],
    ["6.7", /^Answered by pod web-deploy/, ["10/10"]],
    ["6.9", /^Answered by pod biz1-v4-[12]/, ["6/6"]],
    ["6.11", /^Answered by pod biz1-v4-2/, ["3/3"]],
    ["6.12", /^Answered by pod biz1-v4-1/, ["3/3"]],
  ])("%s shows what the book says", async (figure, verdict, ready) => {
    await p.example(figure);
    await p.says(verdict);
    expect((await p.cells("services")).map((row) => row.at(-1))).toEqual(ready);
  });

  it("6.9 spreads requests over both versions, and 6.11 moves them to one", async () => {
    await p.example("6.9");
    await p.says(/^Answered by pod biz1/);
    await p.ask.getByLabel("Send 1000").click();
    await p.says("1000 of 1000 answered by 6 pods.");
    const versions = () => p.page.locator(".spread table").first().locator("th").allTextContents();
    expect((await versions()).sort()).toEqual(["4.1", "4.2"]);
    await p.retype("zone: prod", 0, '\nversion: "4.2"');
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (count) => expect(count).toBe("3/3"),
    );
    await p.page.getByRole("button", { name: "Reset" }).click();
    await p.ask.getByLabel("Send 100", { exact: true }).click();
    await p.says("100 of 100 answered by 3 pods.");
  });
});

describe("the page", () => {
  it("comes back as it was left", async () => {
    await p.retype("replicas: 10", 2, "3");
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(3),
    );
    await p.page.reload();
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("3/3"),
    );
    await p.example("6.3");
    await p.example("Ten pods");
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("10/10"),
    );
  });

  it("is shared by a link that shows what the sender saw", async () => {
    await p.example("6.9");
    await p.says(/^Answered by pod biz1/);
    await p.retype("zone: prod", 0, '\nversion: "4.1"');
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (count) => expect(count).toBe("3/3"),
    );
    await p.page.getByRole("button", { name: "Share" }).click();
    await p.until(
      async () => p.page.url(),
      (url) => expect(url).toContain("#v1="),
    );
    const other = await theStand.open({}, new URL(p.page.url()).hash);
    await other.says(/^Answered by pod biz1-v4-1/);
    expect((await other.cells("services")).map((row) => row.at(-1))).toEqual(["3/3"]);
    await other.close();
  });

  it("has everything by name in the palette", async () => {
    await p.page.keyboard.press("ControlOrMeta+k");
    await p.page.getByRole("combobox", { name: "Command" }).fill("inspect service hello");
    await p.page.keyboard.press("Enter");
    const inspector = p.page.getByRole("complementary", { name: "Inspector" });
    await p.until(
      () => inspector.locator("pre").textContent(),
      (yaml) => {
        expect(yaml).toContain("kind: Service");
        expect(yaml).not.toContain("managedFields");
      },
    );
    await inspector.getByRole("tab", { name: "DNS" }).click();
    await p.until(
      () => inspector.locator("pre").textContent(),
      (text) => expect(text).toMatch(/hello-svc\.default\.svc\.cluster\.local\. +\d+ +IN +A +10\.96\./),
    );
    await inspector.getByRole("tab", { name: "Endpoints" }).click();
    await p.until(
      () => inspector.locator(".slice tbody td.ready").allTextContents(),
      (cells) => expect(cells).toEqual(Array(10).fill("ready")),
    );
  });

  it("is walked with the keyboard, and tells what it comes to", async () => {
    await p.page.locator(".canvas").focus();
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await p.page.keyboard.press(key);
    const inspector = p.page.getByRole("complementary", { name: "Inspector" });
    await inspector.waitFor();
    expect(await inspector.textContent()).toContain("10 of 10 pods with app=hello-world are ready.");
    await p.until(
      () => inspector.locator("pre").textContent(),
      (yaml) => expect(yaml).toContain("nodePort: 30001"),
    );
    await p.page.keyboard.press("Escape");
    await inspector.waitFor({ state: "detached" });
  });

  it("tells a screen reader the verdict and how many pods are ready", async () => {
    const status = p.page.getByRole("status");
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.until(
      () => status.textContent(),
      (text) => expect(text).toMatch(ANSWERED),
    );
    await p.retype("replicas: 10", 1, "1");
    await p.until(
      () => status.textContent(),
      (text) => expect(text).toBe("hello-svc · 11 of 11 pods ready"),
    );
  });
});

describe("on a phone", () => {
  it("the same is there behind three tabs", async () => {
    const phone = await theStand.open({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const tab = (name: string) =>
      phone.page.getByRole("navigation", { name: "Views" }).getByRole("button", { name }).tap();
    await phone.page.locator(".quick").getByRole("button", { name: "Send" }).tap();
    await phone.until(
      async () => sum(requests(await phone.cells("pods"))),
      (total) => expect(total).toBe(2),
    );
    await tab("Manifest");
    await phone.retype("replicas: 10", 2, "4");
    await tab("Topology");
    await phone.until(
      async () => (await phone.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("4/4"),
    );
    await tab("Traffic");
    await phone.ask.getByLabel("Send 100", { exact: true }).tap();
    await phone.says("100 of 100 answered by 4 pods.");
    expect(await phone.steps.count()).toBeGreaterThan(4);
    await phone.close();
  });
});
