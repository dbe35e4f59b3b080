/** What drawing is made of: colours from the style sheet, text that fits, cards, and curves along the packets' way. */
import type { Box, Layout } from "./layout.ts";

export type Context = CanvasRenderingContext2D;

const TOKENS = [
  "accent",
  "accent-soft",
  "ground",
  "surface",
  "raised",
  "line",
  "line-strong",
  "text",
  "muted",
  "faint",
  "ready",
  "ready-soft",
  "waiting",
  "waiting-soft",
  "failed",
  "failed-soft",
  "sans",
  "mono",
] as const;

/** Colours and fonts by their names in the style sheet. */
export type Palette = Readonly<Record<(typeof TOKENS)[number], string>>;

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function card(ctx: Context, box: Box, fill: string, stroke: string, width = 1): void {
  ctx.beginPath();
  ctx.roundRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, Math.min(6, box.h / 3));
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = width;
  ctx.strokeStyle = stroke;
  ctx.stroke();
}

export interface Style {
  readonly font: string;
  readonly color: string;
  readonly align?: "left" | "right" | "center";
}

/** Writes `text` with its baseline at `y`, shortened to `width`; answers with the width it took. */
export function write(ctx: Context, text: string, x: number, y: number, width: number, style: Style): number {
  const fitted = shortened(ctx, text, width, style.font);
  ctx.font = style.font;
  ctx.fillStyle = style.color;
  ctx.textAlign = style.align ?? "left";
  ctx.fillText(fitted.text, x, y);
  return fitted.width;
}

interface Fitted {
  readonly text: string;
  readonly width: number;
}

/** Measuring is slow, and the same few texts are drawn in every frame. */
const measured = new Map<string, Fitted>();

function shortened(ctx: Context, text: string, width: number, font: string): Fitted {
  const key = `${font}|${Math.round(width)}|${text}`;
  const known = measured.get(key);
  if (known) return known;
  ctx.font = font;
  let out = text;
  for (let keep = text.length - 1; keep > 1 && ctx.measureText(out).width > width; keep--) {
    out = `${text.slice(0, Math.ceil(keep / 2))}…${text.slice(text.length - Math.floor(keep / 2))}`;
  }
  const result = { text: out, width: ctx.measureText(out).width };
  if (measured.size > 4000) measured.clear();
  measured.set(key, result);
  return result;
}

/** A curve from where things leave one place to where they enter another. */
export interface Curve {
  readonly from: Point;
  readonly c1: Point;
  readonly c2: Point;
  readonly to: Point;
}

export function between(way: Layout["way"], a: Box, b: Box): Curve {
  if (way === "down") {
    const from = { x: a.x + a.w / 2, y: a.y + a.h };
    const to = { x: b.x + b.w / 2, y: b.y };
    const bend = Math.max(12, (to.y - from.y) / 2);
    return { from, c1: { x: from.x, y: from.y + bend }, c2: { x: to.x, y: to.y - bend }, to };
  }
  const from = { x: a.x + a.w, y: a.y + a.h / 2 };
  const to = { x: b.x, y: b.y + Math.min(b.h / 2, 64) };
  const bend = Math.max(16, (to.x - from.x) / 2);
  return { from, c1: { x: from.x + bend, y: from.y }, c2: { x: to.x - bend, y: to.y }, to };
}

export function stroke(
  ctx: Context,
  c: Curve,
  color: string,
  width: number,
  dash: readonly number[] = [],
): void {
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  ctx.moveTo(c.from.x, c.from.y);
  ctx.bezierCurveTo(c.c1.x, c.c1.y, c.c2.x, c.c2.y, c.to.x, c.to.y);
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The point of a curve at `t`, from 0 to 1. */
export function along(c: Curve, t: number): Point {
  const u = 1 - t;
  const mix = (k: "x" | "y") =>
    u ** 3 * c.from[k] + 3 * u * u * t * c.c1[k] + 3 * u * t * t * c.c2[k] + t ** 3 * c.to[k];
  return { x: mix("x"), y: mix("y") };
}

export function ring(ctx: Context, box: Box, color: string, strength: number): void {
  if (strength <= 0) return;
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * Math.min(1, strength);
  ctx.beginPath();
  ctx.roundRect(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3, Math.min(8, box.h / 3 + 2));
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = color;
  ctx.stroke();
  ctx.globalAlpha = before;
}
