/** Draws groups of pods: how many there are in which state; for who is near, each of them. */
import type { PodState } from "svcscope";
import { type Context, card, type Palette, write } from "./canvas.ts";
import type { Scene } from "./draw.ts";
import { cellOf, type Group, groupName, isOpen } from "./groups.ts";
import { podKey } from "./layout.ts";
import { look } from "./pods.ts";

export function drawGroup(ctx: Context, group: Group, scene: Scene, p: Palette): void {
  const { x, y, w } = group;
  card(ctx, group, p.raised, p.line);
  const count = group.pods.length.toLocaleString("en");
  const taken = write(ctx, count, x + w - 8, y + 19, 80, {
    font: `600 12px ${p.mono}`,
    color: p.text,
    align: "right",
  });
  write(ctx, groupName(group), x + 8, y + 19, w - taken - 24, { font: `12px ${p.mono}`, color: p.text });
  bar(ctx, group, p);
  if (isOpen(group, scene.scale)) cells(ctx, group, scene, p);
  else blocks(ctx, group, p);
}

/** The worst last, as they are filled from the left. */
const ORDER: readonly PodState[] = [
  "ready",
  "succeeded",
  "starting",
  "not-ready",
  "pending",
  "terminating",
  "failed",
];

/** The states of all as one bar. */
function bar(ctx: Context, { x, y, w, states, pods }: Group, p: Palette): void {
  let from = x + 8;
  for (const state of ORDER) {
    const width = ((states.get(state) ?? 0) / pods.length) * (w - 16);
    ctx.fillStyle = look(state, p).mark;
    ctx.fillRect(from, y + 27, width, 5);
    from += width;
  }
}

/** From afar a run of pods in the same state is one stretch. */
function blocks(ctx: Context, group: Group, p: Palette): void {
  const { columns, size } = group.cell;
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * 0.45;
  for (let start = 0; start < group.pods.length; ) {
    const state = group.pods[start]?.state ?? "ready";
    const row = Math.floor(start / columns);
    let end = start + 1;
    while (end < group.pods.length && Math.floor(end / columns) === row && group.pods[end]?.state === state)
      end++;
    const { x, y } = cellOf(group, start);
    ctx.fillStyle = look(state, p).mark;
    ctx.fillRect(x, y, (end - start) * size, size * 0.8);
    start = end;
  }
  ctx.globalAlpha = before;
}

/** Each pod, as far as it is in sight. */
function cells(ctx: Context, group: Group, scene: Scene, p: Palette): void {
  const { columns, size, top } = group.cell;
  const { seen } = scene;
  const first = Math.max(0, Math.floor((seen.y - group.y - top) / size));
  const last = Math.ceil((seen.y + seen.h - group.y - top) / size);
  for (let i = first * columns; i < Math.min(group.pods.length, last * columns); i++) {
    const pod = group.pods[i];
    if (!pod) continue;
    const box = cellOf(group, i);
    const { mark, fill } = look(pod.state, p);
    const lit = scene.isLit("pod", podKey(pod)) || scene.hits.has(podKey(pod));
    ctx.fillStyle = lit ? p.accent : pod.state === "ready" ? mark : fill;
    ctx.fillRect(box.x + size * 0.1, box.y + size * 0.1, size * 0.8, size * 0.8);
    if (pod.state === "ready" || lit) continue;
    ctx.strokeStyle = mark;
    ctx.lineWidth = size * 0.1;
    ctx.beginPath();
    ctx.rect(box.x + size * 0.15, box.y + size * 0.15, size * 0.7, size * 0.7);
    ctx.stroke();
  }
}
