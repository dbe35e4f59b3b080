/** Draws packets, streams of them, and the way that the last one took. */
import {
  along,
  between,
  type Context,
  type Curve,
  type Palette,
  type Point,
  ring,
  stroke,
} from "./canvas.ts";
import type { Scene } from "./draw.ts";
import { BACK_MS, type Flight, isOver, position, progress, stepAt } from "./flight.ts";
import { type Box, placeOf, type Target } from "./layout.ts";

/** Draws the ways that packets have come; that of the last one remains. They lie below the pods, which have to be read. */
export function drawWays(ctx: Context, scene: Scene, p: Palette, now: number): void {
  const last = scene.flights.at(-1);
  for (const flight of scene.flights) {
    if (flight.shares) drawStreams(ctx, flight, flight.shares, scene, p, now);
    else if (flight === last || !isOver(flight, now)) drawWay(ctx, flight, scene, p, now);
  }
}

/** Draws the packets themselves, and where they ended. */
export function drawPackets(ctx: Context, scene: Scene, p: Palette, now: number): void {
  const last = scene.flights.at(-1);
  for (const flight of scene.flights) {
    if (!flight.shares && (flight === last || !isOver(flight, now))) drawPacket(ctx, flight, scene, p, now);
  }
}

const boxOf = (scene: Scene, place: Target | undefined): Box | undefined =>
  place && scene.layout.places.get(placeOf(place));

function legs(flight: Flight, scene: Scene): Curve[] {
  const boxes = flight.stops.flatMap((stop) => boxOf(scene, stop) ?? []);
  return boxes.slice(1).flatMap((box, i) => {
    const before = boxes[i];
    return before ? [between(scene.layout.way, before, box)] : [];
  });
}

function drawWay(ctx: Context, flight: Flight, scene: Scene, p: Palette, now: number): void {
  const at = scene.calm ? flight.stops.length : position(flight, now);
  legs(flight, scene).forEach((curve, i) => {
    if (at > i) stroke(ctx, part(curve, Math.min(1, at - i)), flight.answered ? p.accent : p.failed, 2);
  });
}

function drawPacket(ctx: Context, flight: Flight, scene: Scene, p: Palette, now: number): void {
  const color = flight.answered ? p.accent : p.failed;
  const curves = legs(flight, scene);
  const done = progress(flight, now);
  const at = position(flight, now);
  const end = boxOf(scene, flight.stops.at(-1));
  if (done < 1 && !scene.calm) {
    const passed = flight.passing[stepAt(flight, now)];
    const node = passed && boxOf(scene, passed);
    if (node) ring(ctx, node, color, 1);
    const leg = Math.min(curves.length - 1, Math.floor(at));
    const curve = curves[leg];
    if (curve) packet(ctx, along(curve, at - leg), color, p);
    return;
  }
  if (!end) return;
  ring(ctx, end, color, 1);
  if (!flight.answered) cross(ctx, end, scene, p);
  const back = (now - flight.started - flight.takes) / BACK_MS;
  if (flight.answered && back < 1 && !scene.calm) {
    // The answer: a glow that runs back.
    curves.forEach((curve, i) => {
      const t = (1 - back) * curves.length - i;
      if (t > 0 && t <= 1) glow(ctx, along(curve, t), p);
    });
  }
}

/** The first part of a curve, after de Casteljau. */
function part(c: Curve, t: number): Curve {
  const mix = (a: Point, b: Point): Point => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
  const [ab, bc, cd] = [mix(c.from, c.c1), mix(c.c1, c.c2), mix(c.c2, c.to)];
  const [abc, bcd] = [mix(ab, bc), mix(bc, cd)];
  return { from: c.from, c1: ab, c2: abc, to: mix(abc, bcd) };
}

function packet(ctx: Context, at: Point, color: string, p: Palette): void {
  ctx.beginPath();
  ctx.arc(at.x, at.y, 6, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = p.raised;
  ctx.stroke();
}

function glow(ctx: Context, at: Point, p: Palette): void {
  ctx.beginPath();
  ctx.arc(at.x, at.y, 4, 0, 2 * Math.PI);
  ctx.fillStyle = p.ready;
  ctx.fill();
}

/** Where a packet came to its end. */
function cross(ctx: Context, box: Box, scene: Scene, p: Palette): void {
  const [x, y] =
    scene.layout.way === "right" ? [box.x, box.y + Math.min(box.h / 2, 64)] : [box.x + box.w / 2, box.y];
  ctx.beginPath();
  ctx.arc(x, y, 9, 0, 2 * Math.PI);
  ctx.fillStyle = p.failed;
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(x - 3.5, y - 3.5);
  ctx.lineTo(x + 3.5, y + 3.5);
  ctx.moveTo(x + 3.5, y - 3.5);
  ctx.lineTo(x - 3.5, y + 3.5);
  ctx.lineWidth = 2;
  ctx.strokeStyle = p.raised;
  ctx.stroke();
}

const WIDEST = 12;

/** Streams run while the packets are under way; a pale trace of them remains until the next ones. */
function drawStreams(
  ctx: Context,
  flight: Flight,
  shares: ReadonlyMap<string, number>,
  scene: Scene,
  p: Palette,
  now: number,
): void {
  const done = progress(flight, now);
  const running = done < 1 && !scene.calm;
  if (!running && flight !== scene.flights.at(-1)) return;
  const color = flight.answered ? p.accent : p.failed;
  const before = ctx.globalAlpha;
  const draw = (curve: Curve, width: number) => {
    ctx.globalAlpha = before * (running ? 0.4 : 0.32);
    stroke(ctx, curve, color, width);
    if (!running) return;
    ctx.globalAlpha = before * 0.9;
    ctx.lineDashOffset = -(now - flight.started) / 6;
    stroke(ctx, curve, color, Math.min(3, width), [5, 11]);
    ctx.lineDashOffset = 0;
  };
  for (const curve of legs(flight, scene)) draw(curve, WIDEST);
  const last = boxOf(scene, flight.stops.at(-1));
  const total = Math.max(
    1,
    [...shares.values()].reduce((a, b) => a + b, 0),
  );
  for (const [pod, count] of shares) {
    const tile = boxOf(scene, { kind: "pod", key: pod });
    if (last && tile) draw(between(scene.layout.way, last, tile), Math.max(0.6, (WIDEST * count) / total));
  }
  ctx.globalAlpha = before;
  if (!flight.answered && last && !running) cross(ctx, last, scene, p);
}
