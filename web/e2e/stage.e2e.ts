/** The stage: it is zoomed and moved, groups pods by the thousand, and says what is wrong before anybody asks. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Playground, type Stand, stand } from "./browser.ts";

let theStand: Stand;

beforeAll(async () => {
  theStand = await stand();
});
afterAll(() => theStand.close());

const picture = async (p: Playground): Promise<string> => {
  await p.page.waitForTimeout(250);
  return p.page.locator(".canvas canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
};

describe("the stage", () => {
  it("is zoomed by keys, buttons and the wheel, dragged, and all in sight again", async () => {
    const p = await theStand.open({ reducedMotion: "reduce" });
    await p.page.getByRole("button", { name: "Pause" }).click();
    await p.page.mouse.move(5, 5);
    const canvas = p.page.locator(".canvas");
    const first = await picture(p);
    await canvas.focus();
    await p.page.keyboard.press("+");
    const larger = await picture(p);
    expect(larger).not.toBe(first);
    await p.page.keyboard.press("0");
    expect(await picture(p)).toBe(first);
    await p.page.getByRole("button", { name: "Larger" }).click();
    await p.page.mouse.move(5, 5);
    await p.page.getByRole("button", { name: "All in sight" }).focus();
    expect(await picture(p)).toBe(larger);
    const box = await canvas.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 40, (box?.y ?? 0) + (box?.height ?? 0) - 40];
    await p.page.mouse.move(x, y);
    await p.page.mouse.down();
    await p.page.mouse.move(x - 60, y - 60, { steps: 4 });
    await p.page.mouse.up();
    await p.page.mouse.move(5, 5);
    const dragged = await picture(p);
    expect(dragged).not.toBe(larger);
    await p.page.mouse.move(x, y);
    await p.page.keyboard.down("Control");
    await p.page.mouse.wheel(0, 200);
    await p.page.keyboard.up("Control");
    await p.page.mouse.move(5, 5);
    expect(await picture(p)).not.toBe(dragged);
    await p.close();
  });

  it("shows pods by the thousand as groups, which open to who comes near", async () => {
    const p = await theStand.open();
    await p.retype("replicas: 10", 2, "1600");
    await p.until(
      () => p.page.locator(".standing").textContent(),
      (text) => expect(text).toMatch(/of 1600 pods ready$/),
    );
    const canvas = p.page.locator(".canvas canvas");
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    const title = p.page.getByRole("complementary", { name: "Inspector" }).locator("h2");
    await canvas.click({ position: { x: width - 120, y: 92 } });
    await p.until(
      () => title.textContent(),
      (text) => expect(text).toBe("Deployment web-deploy"),
    );
    await p.page.keyboard.press("Escape");
    const before = await picture(p);
    await canvas.dblclick({ position: { x: width - 120, y: 92 } });
    await p.page.keyboard.press("Escape");
    expect(await picture(p)).not.toBe(before);
    await canvas.click({ position: { x: width / 2, y: height / 2 + 65 } });
    await p.until(
      () => title.textContent(),
      (text) => expect(text).toMatch(/^Pod web-deploy-/),
    );
    await p.close();
  });

  it("says what is wrong before a packet is sent, and what would put it right", async () => {
    const p = await theStand.open();
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.retype("app: hello-world", 1, "t");
    await p.page.getByRole("button", { name: "1 finding" }).click();
    const findings = p.page.getByRole("complementary", { name: "Inspector" }).locator(".findings");
    await p.until(
      () => findings.textContent(),
      (text) => expect(text).toContain("app=hello-world instead of app=hello-worlt"),
    );
    await findings.getByRole("button", { name: "Select app=hello-world" }).click();
    await p.page.getByRole("button", { name: "1 finding" }).waitFor({ state: "detached" });
    expect((await p.cells("services"))[0]?.at(-1)).toBe("10/10");
    await p.close();
  });
});
