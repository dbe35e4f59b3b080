/** Learning by doing: lessons, their checks, and what is kept of them. */
import { describe, expect, it } from "vitest";
import { p, theStand } from "./each.ts";

const done = () => p.page.locator(".lesson .done").waitFor();
const title = () => p.page.locator(".lesson h2").textContent();

describe("lessons", () => {
  it("are learned by doing, and what was learned is kept", async () => {
    await p.page.getByRole("button", { name: "Lessons" }).click();
    await p.until(title, (text) => expect(text).toBe("Why Services"));
    await p.page.getByLabel("Choose a lesson").selectOption("nodeport");
    await p.until(title, (text) => expect(text).toBe("NodePort"));
    expect(await p.page.locator(".goals li.met").count()).toBe(0);
    await p.page.getByRole("button", { name: "Show a hint" }).click();
    expect(await p.page.locator(".hints li").textContent()).toContain("type: NodePort");
    await p.retype("type: ClusterIP", "ClusterIP".length, "NodePort");
    await p.until(
      () => p.page.locator(".goals li.met").count(),
      (met) => expect(met).toBe(1),
    );
    await p.retype("- port: 8080", 0, "\nnodePort: 30001");
    await done();
    await p.page.reload();
    await p.page.locator(".lesson .done").waitFor();
    expect(await p.page.getByLabel("Choose a lesson").locator("option:checked").textContent()).toContain("✓");
    await p.page.getByRole("button", { name: "Next lesson" }).click();
    await p.until(title, (text) => expect(text).toBe("Load balancers and ExternalName"));
    await p.page.getByRole("button", { name: "Close the lessons" }).click();
    await p.page.locator(".lesson").waitFor({ state: "detached" });
  });

  it("the first can be done with the keyboard alone", async () => {
    const { keyboard } = p.page;
    await keyboard.press("l");
    await p.until(title, (text) => expect(text).toBe("Why Services"));
    await p.until(
      () => p.page.locator(".goals li").count(),
      (goals) => expect(goals).toBe(2),
    );
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(3),
    );
    await p.says(/^Answered/);
    await keyboard.press("g");
    await p.until(
      () => p.page.evaluate(() => document.activeElement?.className ?? ""),
      (name) => expect(name).toContain("canvas"),
    );
    const inspector = p.page.getByRole("complementary", { name: "Inspector" });
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Enter"]) await keyboard.press(key);
    await inspector.waitFor();
    expect(await inspector.locator("h2").textContent()).toMatch(/^Pod web-/);
    const bin = p.page.getByRole("button", { name: "Delete", exact: true });
    for (let i = 0; i < 60; i++) {
      if (await bin.evaluate((element) => element === document.activeElement)) break;
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await p.until(
      () => p.page.locator(".goals li.met").count(),
      (met) => expect(met).toBe(1),
    );
    await keyboard.press("Escape");
    await p.page.locator(".cm-content").waitFor();
    // The focus goes back to the stage first.
    await p.until(
      () => p.page.evaluate(() => document.activeElement?.className),
      (name) => expect(name).toContain("canvas"),
    );
    await keyboard.press("e");
    await p.until(
      () => p.page.evaluate(() => document.activeElement?.className ?? ""),
      (name) => expect(name).toContain("cm-content"),
    );
    await keyboard.press("ControlOrMeta+Home");
    for (let line = 1; line < 7; line++) await keyboard.press("ArrowDown");
    await keyboard.press("End");
    await keyboard.press("Backspace");
    await keyboard.type("6");
    await done();
  });
});

describe("on a phone", () => {
  it("a lesson is one more view, with its way on in sight", async () => {
    const phone = await theStand.open({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await phone.page.getByRole("button", { name: "Lessons" }).tap();
    await phone.page.locator(".lesson h2").waitFor();
    const next = await phone.page.getByRole("button", { name: "Next lesson" }).boundingBox();
    const bar = await phone.page.getByRole("navigation", { name: "Views" }).boundingBox();
    expect((next?.y ?? 0) + (next?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    expect(next?.height).toBeGreaterThanOrEqual(40);
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBe(360);
    await phone.close();
  });
});
