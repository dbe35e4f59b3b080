/**
 * How twenty views look, beside how they looked when somebody last looked at them, and whether they keep anybody out.
 * Pictures are kept at half their size: what is a little different on another machine is then no difference.
 * `UPDATE_VIEWS=1` renews them.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./axe.ts";
import { type Playground, type Stand, stand } from "./browser.ts";
import { VIEWS, type View } from "./views.ts";

const KEPT = fileURLToPath(new URL("views/", import.meta.url));
const FOUND = fileURLToPath(new URL("../../target/views/", import.meta.url));
const UPDATE = process.env["UPDATE_VIEWS"] === "1";
/** Of a hundred points, so many may be different: numbers that follow the clock, a cursor. */
const TOLERANCE = 2;

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } } as const;
/** What follows the time of day, or the speed of the machine. */
const PASSING =
  ".time, .foot > span, .timeline, .copied, .xterm-cursor, .cm-cursorLayer { visibility: hidden !important }";

let theStand: Stand;
let fonts = "";

beforeAll(async () => {
  for (const folder of [KEPT, FOUND]) mkdirSync(folder, { recursive: true });
  theStand = await stand();
});
afterAll(() => theStand.close());

describe.each(VIEWS)("$name", (view) => {
  it("keeps nobody out, and looks as it did", async (test) => {
    const p = await opened(view);
    fonts ||= await fontsOf(p);
    expect(await sideways(p)).toBe(0);
    expect(await barriers(p)).toEqual([]);
    const now = halved(PNG.sync.read(await p.page.screenshot({ animations: "disabled", caret: "hide" })));
    writeFileSync(`${FOUND}${view.name}.png`, PNG.sync.write(now));
    await p.close();
    const file = `${KEPT}${view.name}.png`;
    if (UPDATE) {
      writeFileSync(file, PNG.sync.write(now));
      writeFileSync(`${KEPT}fonts.txt`, fonts);
      return;
    }
    if (readFileSync(`${KEPT}fonts.txt`, "utf8") !== fonts) {
      test.skip("this machine has other fonts than the one where the pictures were made");
    }
    expect(existsSync(file), `there is no picture of it yet: UPDATE_VIEWS=1 makes one`).toBe(true);
    expect(difference(PNG.sync.read(readFileSync(file)), now)).toBeLessThanOrEqual(TOLERANCE);
  });
});

async function opened({ size, theme, address = "", way }: View): Promise<Playground> {
  const p = await theStand.open(
    { viewport: SIZES[size], colorScheme: theme, reducedMotion: "reduce", bypassCSP: true },
    address,
  );
  if (size === "desktop" && address === "") await p.page.locator(".cm-content").waitFor();
  await p.page.addStyleTag({ content: PASSING });
  await way?.(p);
  // Whatever the mouse has come to lie over is not part of the view.
  await p.page.mouse.move(0, 0);
  await p.page.waitForTimeout(500);
  return p;
}

const sideways = (p: Playground): Promise<number> =>
  p.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** How wide some words are in the fonts of this machine. */
const fontsOf = (p: Playground): Promise<string> =>
  p.page.evaluate(() => {
    const ctx = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const width = (font: string) => {
      if (!ctx) return 0;
      ctx.font = `100px ${style.getPropertyValue(font)}`;
      return Math.round(ctx.measureText("Answered by pod web-deploy 0123456789 → …").width);
    };
    return `${width("--sans")} ${width("--mono")}\n`;
  });

function halved(image: PNG): PNG {
  const half = new PNG({ width: Math.floor(image.width / 2), height: Math.floor(image.height / 2) });
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let c = 0; c < 4; c++) {
        const at = (dx: number, dy: number) =>
          image.data[((2 * y + dy) * image.width + 2 * x + dx) * 4 + c] ?? 0;
        const mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
        // Sixteen shades of each colour tell as much, and take half the room.
        half.data[(y * half.width + x) * 4 + c] = Math.round(mean / 17) * 17;
      }
    }
  }
  return half;
}

/** Of a hundred points, how many are different. */
function difference(before: PNG, now: PNG): number {
  if (before.width !== now.width || before.height !== now.height) return 100;
  const points = pixelmatch(before.data, now.data, null, now.width, now.height, { threshold: 0.2 });
  return (points * 100) / (now.width * now.height);
}
