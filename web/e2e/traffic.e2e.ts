/** Requests: at a rate, from many clients, to anywhere; and what would put right those that fail. */
import { describe, expect, it } from "vitest";
import { p } from "./each.ts";

const spread = () => p.page.getByRole("region", { name: "Spread" });
const bars = (title: string) => spread().locator("table", { hasText: title }).locator("tbody tr");
const hits = async () => (await p.cells("pods")).reduce((sum, row) => sum + Number(row.at(-1)), 0);

describe("a steady rate", () => {
  it("goes on while time passes, and ends when it is told to", async () => {
    await p.ask.getByLabel("Rate").selectOption("100");
    await p.says(/^\d+ of \d+ answered by 10 pods\.$/);
    await p.until(hits, (sum) => expect(sum).toBeGreaterThan(150));
    await p.page.getByRole("button", { name: "Pause" }).click();
    await p.page.waitForTimeout(300);
    const paused = await hits();
    await p.page.waitForTimeout(600);
    expect(await hits()).toBe(paused);
    await p.page.getByRole("button", { name: "Play" }).click();
    await p.until(hits, (sum) => expect(sum).toBeGreaterThan(paused));
    await p.ask.getByLabel("Rate").selectOption("0");
    await p.page.waitForTimeout(400);
    const over = await hits();
    await p.page.waitForTimeout(600);
    expect(await hits()).toBe(over);
  });

  it("sees what a killed pod costs", async () => {
    await p.ask.getByLabel("Rate").selectOption("100");
    await p.says(/^\d+ of \d+ answered/);
    await p.page.getByLabel("Speed").selectOption("4");
    await p.page.keyboard.press("ControlOrMeta+k");
    await p.page.getByRole("combobox", { name: "Command" }).fill("delete service hello");
    await p.page.keyboard.press("Enter");
    await p.until(
      async () => (await p.page.locator(".events").textContent()) ?? "",
      (text) => expect(text).toMatch(/requests failed/),
    );
  });
});

describe("the charts", () => {
  it("tell zones apart, and clients that stay with one pod", async () => {
    await p.ask.getByLabel("From").selectOption("outside*10");
    await p.ask.getByLabel("Send 1000").click();
    await p.says("1000 of 1000 answered by 10 pods.");
    expect(await bars("By zone").locator("th").allTextContents()).toEqual(["a", "b", "c"]);
    expect(await spread().textContent()).toContain("each gets several pods");
    await p.page.keyboard.press("ControlOrMeta+k");
    await p.page.getByRole("combobox", { name: "Command" }).fill("affinity of service hello-svc: ClientIP");
    await p.page.keyboard.press("Enter");
    await p.page.getByRole("button", { name: "Reset" }).click();
    await p.ask.getByLabel("Send 1000").click();
    await p.until(
      () => spread().textContent(),
      (text) => expect(text).toContain("each stays with one pod"),
    );
    expect(await bars("By client").count()).toBe(10);
  });
});

describe("any address", () => {
  it("can be asked, by any protocol", async () => {
    await p.ask.getByLabel("to", { exact: true }).selectOption("other");
    const address = p.ask.getByLabel("Name or address, and port");
    await address.fill("192.168.1.12:30001");
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.says(/^Answered by pod web-deploy/);
    await p.ask.getByLabel("Protocol").selectOption("UDP");
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.until(
      async () => (await p.verdict.getAttribute("class")) ?? "",
      (classes) => expect(classes).toContain("bad"),
    );
  });
});

describe("what would put it right", () => {
  it("is an edit of the manifest by a click, and can be undone", async () => {
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.retype("app: hello-world", 1, "t");
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("0/0"),
    );
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.says(/^Refused: .* have app=hello-world instead of app=hello-worlt\./);
    await p.verdict.getByRole("button", { name: "Select app=hello-world" }).click();
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("10/10"),
    );
    expect(await p.page.locator(".cm-content").textContent()).toContain("app: hello-world");
    await p.page.getByRole("region", { name: "Last act" }).getByRole("button", { name: "Undo" }).click();
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("0/0"),
    );
  });

  it("stands among the findings of the Service", async () => {
    await p.example("6.4");
    await p.says(/^Refused/);
    await p.page.keyboard.press("ControlOrMeta+k");
    await p.page.getByRole("combobox", { name: "Command" }).fill("inspect service prod");
    await p.page.keyboard.press("Enter");
    const inspector = p.page.getByRole("complementary", { name: "Inspector" });
    await inspector.getByRole("tab", { name: "Findings" }).click();
    await p.until(
      () => inspector.locator(".findings").textContent(),
      (text) => {
        expect(text).toContain("no label version");
        expect(text).toContain("selector-matches-nothing");
      },
    );
  });
});
