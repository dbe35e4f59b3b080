/** The page when things go wrong: no network, an engine that stops, one that does not end. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stand, stand } from "./browser.ts";

let theStand: Stand;

beforeAll(async () => {
  theStand = await stand();
});
afterAll(() => theStand.close());

describe("without a network", () => {
  it("everything is there after the first visit, what was never opened, too", async () => {
    const p = await theStand.open();
    await p.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await p.page.context().setOffline(true);
    await p.page.reload();
    await p.says(/^Answered by pod web-deploy/);
    await p.page.locator(".cm-content").waitFor();
    await p.page.keyboard.press("k");
    await p.page.locator(".xterm-rows").waitFor();
    await p.page.getByRole("button", { name: "Close the terminal" }).click();
    await p.page.getByRole("button", { name: "Lessons" }).click();
    await p.page.locator(".lesson h2").waitFor();
    await p.close();
  });

  it("one version is kept, and it has a name", async () => {
    const p = await theStand.open();
    await p.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const names = await p.page.evaluate(() => caches.keys());
    expect(names).toEqual([expect.stringMatching(/^svcscope-[0-9a-f]{16}$/)]);
    await p.close();
  });
});

describe("an engine that stops", () => {
  it("is started again with the last state that worked, and there is a report", async () => {
    const p = await theStand.open();
    await p.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await p.retype("replicas: 10", 2, "4");
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("4/4"),
    );
    await p.page.workers()[0]?.evaluate(() => postMessage({ type: "crashed", message: "unreachable" }));
    const bar = p.page.getByRole("alert");
    await bar.getByText("It runs again, with the last state that worked").waitFor();
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("4/4"),
    );
    await bar.getByRole("button", { name: "Copy a report" }).click();
    await bar.getByRole("button", { name: "Copied" }).waitFor();
    const report = await p.page.evaluate(() => navigator.clipboard.readText());
    expect(report).toContain("- what: unreachable");
    expect(report).toMatch(/deploy\.yml \(\d+ lines/);
    expect(report).not.toContain("replicas");
    await bar.getByRole("button", { name: "Dismiss" }).click();
    await bar.waitFor({ state: "detached" });
    await p.close();
  });

  it("and does not answer can be left", async () => {
    const p = await theStand.open();
    const worker = p.page.workers()[0];
    await worker?.evaluate(() => {
      setTimeout(() => {
        const end = Date.now() + 120_000;
        while (Date.now() < end);
      }, 0);
    });
    await p.page.keyboard.press(".");
    await p.page.getByRole("button", { name: "Stop, and go back" }).click({ timeout: 15_000 });
    await p.says(/^Answered by pod web-deploy/);
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(10),
    );
    await p.close();
  });
});
