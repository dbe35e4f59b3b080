import { describe, expect, it } from "vitest";
import { fitted, onto, PLAIN, seen, usual, within, zoomed } from "./view.ts";

const room = { width: 800, height: 400 };

describe("the view", () => {
  it("is plain where all fits, smaller where that can be read, else at the beginning", () => {
    expect(usual({ width: 800, height: 300 }, room)).toEqual(PLAIN);
    expect(usual({ width: 800, height: 500 }, room)).toEqual({ scale: 0.8, x: 80, y: 0 });
    expect(usual({ width: 800, height: 4000 }, room)).toEqual(PLAIN);
    expect(fitted({ width: 800, height: 4000 }, room).scale).toBe(0.1);
  });

  it("zooms about a point", () => {
    const view = zoomed(PLAIN, 2, { x: 100, y: 50 });
    expect(view).toEqual({ scale: 2, x: -100, y: -50 });
    expect(seen(view, room)).toEqual({ x: 50, y: 25, w: 400, h: 200 });
    expect(zoomed(PLAIN, 1e6, { x: 0, y: 0 }).scale).toBe(12);
  });

  it("goes onto a part", () => {
    const view = onto({ x: 100, y: 100, w: 80, h: 40 }, room);
    const part = seen(view, room);
    expect([part.x + part.w / 2, part.y + part.h / 2]).toEqual([140, 120]);
  });

  it("does not leave the stage", () => {
    const content = { width: 800, height: 1000 };
    expect(within({ scale: 1, x: 50, y: 50 }, content, room)).toEqual(PLAIN);
    expect(within({ scale: 1, x: -900, y: -900 }, content, room)).toEqual({ scale: 1, x: 0, y: -600 });
  });
});
