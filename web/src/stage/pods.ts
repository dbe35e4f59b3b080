/** Draws pods: their state is shape and colour, their share of the requests a bar. */
import type { PodState, PodView } from "svcscope";
import { type Context, card, type Palette, ring, write } from "./canvas.ts";
import type { Scene } from "./draw.ts";
import { type Box, podKey } from "./layout.ts";
import type { Sprite } from "./motion.ts";
import { shortName } from "./words.ts";

interface Look {
  readonly mark: string;
  readonly fill: string;
}

/** The colours of a state. */
export function look(state: PodState, p: Palette): Look {
  switch (state) {
    case "ready":
      return { mark: p.ready, fill: p["ready-soft"] };
    case "pending":
    case "starting":
    case "not-ready":
      return { mark: p.waiting, fill: p["waiting-soft"] };
    case "failed":
      return { mark: p.failed, fill: p["failed-soft"] };
    default:
      return { mark: p.faint, fill: p.surface };
  }
}

export function drawPod(ctx: Context, sprite: Sprite, scene: Scene, p: Palette): void {
  const { tile, presence } = sprite;
  const { pod } = tile;
  const { mark, fill } = look(pod.state, p);
  const lit = scene.isLit("pod", podKey(pod));
  const linked = scene.isLinked(podKey(pod));
  const before = ctx.globalAlpha;
  const away = scene.reached !== null && !scene.reached.has(podKey(pod));
  ctx.globalAlpha = before * presence * (away ? 0.25 : pod.state === "terminating" ? 0.65 : 1);
  const inset = (1 - presence) * Math.min(6, sprite.h / 4);
  const box = { x: sprite.x + inset, y: sprite.y + inset, w: sprite.w - 2 * inset, h: sprite.h - 2 * inset };
  if (tile.detail === "point") {
    drawMark(ctx, pod.state, { x: box.x + box.w / 2, y: box.y + box.h / 2 }, box.w / 2 - 0.5, mark, p);
    if (lit) ring(ctx, box, p.accent, 1);
  } else {
    ctx.setLineDash(pod.state === "terminating" || pod.state === "pending" ? [3, 3] : []);
    const edge = lit ? p.accent : linked || mark !== p.ready ? mark : p.line;
    card(ctx, box, fill, edge, lit || linked ? 2 : 1);
    ctx.setLineDash([]);
    if (tile.detail === "mark") {
      drawMark(ctx, pod.state, { x: box.x + box.w / 2, y: box.y + box.h / 2 }, 4.5, mark, p);
    } else {
      drawMark(ctx, pod.state, { x: box.x + 14, y: box.y + 15 }, 5, mark, p);
      words(ctx, box, pod, tile.detail === "full", scene, p);
    }
  }
  share(ctx, box, scene.hits.get(podKey(pod)) ?? 0, tile.detail, scene, p);
  ring(ctx, box, mark, sprite.flash * 0.9);
  ctx.globalAlpha = before;
}

function words(ctx: Context, box: Box, pod: PodView, full: boolean, scene: Scene, p: Palette): void {
  const hits = scene.hits.get(podKey(pod)) ?? 0;
  const right = box.x + box.w - 8;
  const count = hits > 99_999 ? `${Math.round(hits / 1000)}k` : String(hits);
  const taken =
    hits > 0
      ? write(ctx, count, right, box.y + 19, 60, {
          font: `600 11px ${p.mono}`,
          color: p.accent,
          align: "right",
        })
      : 0;
  const width = box.w - 34 - (taken > 0 ? taken + 6 : 0);
  const name = shortName(pod);
  write(ctx, name, box.x + 25, box.y + 19, width, { font: `12px ${p.mono}`, color: p.text });
  if (!full) return;
  const telling = pod.labels.find((l) => l.key === scene.telling)?.value;
  const ip = pod.ip || pod.node;
  const why =
    pod.state === "ready" ? (telling === undefined ? ip : `${scene.telling}=${telling}`) : stateWords(pod);
  write(ctx, why, box.x + 25, box.y + 34, box.w - 33, { font: `11px ${p.mono}`, color: p.muted });
}

/** What the pod is, if it is not ready. */
export const stateWords = (pod: PodView): string => pod.reason || pod.state.replace("-", " ");

/** The bar of how many requests it got, against the one that got most. */
function share(ctx: Context, box: Box, hits: number, detail: string, scene: Scene, p: Palette): void {
  if (hits === 0 || detail === "point") return;
  const pad = detail === "mark" ? 3 : 6;
  ctx.fillStyle = p.accent;
  ctx.beginPath();
  ctx.roundRect(
    box.x + pad,
    box.y + box.h - 5,
    Math.max(3, ((box.w - 2 * pad) * hits) / scene.mostHits),
    3,
    1.5,
  );
  ctx.fill();
}

/** Ready is filled, starting half, not ready a ring, failed a cross, succeeded a tick, the rest a broken ring. */
function drawMark(
  ctx: Context,
  state: PodState,
  at: { x: number; y: number },
  r: number,
  color: string,
  p: Palette,
): void {
  const { x, y } = at;
  ctx.lineWidth = 1.8;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.beginPath();
  switch (state) {
    case "ready":
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fill();
      return;
    case "starting":
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, y, r, -Math.PI / 2, Math.PI / 2);
      ctx.fill();
      return;
    case "failed":
      ctx.moveTo(x - r * 0.8, y - r * 0.8);
      ctx.lineTo(x + r * 0.8, y + r * 0.8);
      ctx.moveTo(x + r * 0.8, y - r * 0.8);
      ctx.lineTo(x - r * 0.8, y + r * 0.8);
      ctx.stroke();
      return;
    case "succeeded":
      ctx.moveTo(x - r, y);
      ctx.lineTo(x - r / 4, y + r * 0.8);
      ctx.lineTo(x + r, y - r * 0.8);
      ctx.stroke();
      return;
    default:
      if (state !== "not-ready") ctx.setLineDash([2, 2]);
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fillStyle = p.surface;
      ctx.fill();
      ctx.stroke();
      ctx.setLineDash([]);
  }
}
