/** Draws the stage on a canvas. It decides nothing: what is drawn is what the topology and the traces say. */
import { type Context, card, type Palette, write } from "./canvas.ts";
import { drawGroup } from "./crowd.ts";
import { drawEdges, nodesByPod } from "./edges.ts";
import type { Flight } from "./flight.ts";
import {
  type Box,
  type ClientBox,
  type Layout,
  type NodeBox,
  type ServiceBox,
  serviceKey,
  type Target,
} from "./layout.ts";
import type { Sprite } from "./motion.ts";
import { drawPackets, drawWays } from "./packets.ts";
import { drawPod } from "./pods.ts";
import { overlap } from "./view.ts";
import { rowsOf } from "./words.ts";

/** What there is to be drawn. */
export interface Scene {
  readonly layout: Layout;
  readonly sprites: readonly Sprite[];
  readonly flights: readonly Flight[];
  readonly hits: ReadonlyMap<string, number>;
  readonly mostHits: number;
  /** The label that tells pods apart; empty if there is none. */
  readonly telling: string;
  /** It is not what the editor shows: that does not work. */
  readonly stale: boolean;
  /** Nothing travels. */
  readonly calm: boolean;
  /** Pods that a client may use, where that is asked. */
  readonly reached: ReadonlySet<string> | null;
  readonly scale: number;
  /** The part that is in sight. */
  readonly seen: Box;
  /** Whether it is pointed at, here or elsewhere. */
  isLit(kind: Target["kind"], key: string): boolean;
  /** Whether it is an endpoint of a Service that is pointed at. */
  isLinked(pod: string): boolean;
  nodeOf(pod: string): NodeBox | undefined;
}

/** A scene of what is there and what is pointed at. */
export function sceneOf(
  parts: Omit<Scene, "isLit" | "isLinked" | "nodeOf" | "mostHits">,
  lit: readonly (Target | null)[],
): Scene {
  const nodes = nodesByPod(parts.layout);
  const isLit: Scene["isLit"] = (kind, key) => lit.some((t) => t?.kind === kind && t.key === key);
  const pointed = parts.layout.services.filter((box) => isLit("service", serviceKey(box.service)));
  const linked = new Set(pointed.flatMap((box) => box.service.endpoints.map((e) => e.pod)));
  return {
    ...parts,
    isLit,
    isLinked: (pod) => linked.has(pod),
    mostHits: [...parts.hits.values()].reduce((most, n) => Math.max(most, n), 1),
    nodeOf: (pod) => nodes.get(pod),
  };
}

export function draw(ctx: Context, scene: Scene, p: Palette, now: number): void {
  const { layout } = scene;
  ctx.globalAlpha = scene.stale ? 0.5 : 1;
  for (const { title, x, y } of layout.headings) {
    write(ctx, title, x, y, 200, { font: `600 12px ${p.sans}`, color: p.muted });
  }
  drawEdges(ctx, scene, p);
  for (const client of layout.clients) drawClient(ctx, client, scene, p);
  for (const service of layout.services) drawService(ctx, service, scene, p);
  for (const node of layout.nodes) drawNode(ctx, node, scene, p);
  drawWays(ctx, scene, p, now);
  for (const group of layout.nodes.flatMap((n) => n.groups)) {
    if (overlap(group, scene.seen)) drawGroup(ctx, group, scene, p);
  }
  for (const sprite of scene.sprites) if (overlap(sprite, scene.seen)) drawPod(ctx, sprite, scene, p);
  drawPackets(ctx, scene, p, now);
  ctx.globalAlpha = 1;
}

function drawClient(ctx: Context, box: ClientBox, scene: Scene, p: Palette): void {
  const lit = scene.isLit("client", box.id);
  card(ctx, box, p.raised, lit ? p.accent : p.line, lit ? 2 : 1);
  const top = box.y + box.h / 2;
  write(ctx, box.title, box.x + 12, top - 4, box.w - 24, { font: `600 13px ${p.sans}`, color: p.text });
  write(ctx, box.detail, box.x + 12, top + 14, box.w - 24, { font: `12px ${p.mono}`, color: p.muted });
}

function drawService(ctx: Context, box: ServiceBox, scene: Scene, p: Palette): void {
  const { service } = box;
  const lit = scene.isLit("service", serviceKey(service));
  card(ctx, box, p.raised, lit ? p.accent : p.line, lit ? 2 : 1);
  const left = box.x + 12;
  const right = box.x + box.w - 12;
  const ready = service.endpoints.filter((e) => e.ready).length;
  const total = service.endpoints.length;
  const color = ready === 0 ? p.failed : ready < total ? p.waiting : p.ready;
  const count = service.type === "ExternalName" ? "" : `${ready}/${total} ready`;
  const name = service.namespace === "default" ? service.name : `${service.namespace}/${service.name}`;
  write(ctx, name, left, box.y + 22, box.w - 24, { font: `600 13px ${p.sans}`, color: p.text });
  if (box.brief) return;
  const taken = write(ctx, count, right, box.y + 40, 110, {
    font: `600 12px ${p.mono}`,
    color,
    align: "right",
  });
  write(ctx, service.type, left, box.y + 40, box.w - 32 - taken, { font: `12px ${p.sans}`, color: p.muted });
  rowsOf(service).forEach(([what, value], i) => {
    const y = box.y + 60 + i * 17;
    write(ctx, what, left, y, 62, { font: `12px ${p.sans}`, color: p.muted });
    write(ctx, value, left + 66, y, box.w - 90, { font: `12px ${p.mono}`, color: p.text });
  });
}

function drawNode(ctx: Context, box: NodeBox, scene: Scene, p: Palette): void {
  const { node } = box;
  const lit = node !== null && scene.isLit("node", node.name);
  ctx.setLineDash(node ? [] : [4, 4]);
  card(ctx, box, p.surface, lit ? p.accent : p.line, lit ? 2 : 1);
  ctx.setLineDash([]);
  const y = box.y + 22;
  const right = box.x + box.w - 12;
  const notes = [
    node?.zone ? `zone ${node.zone}` : "",
    node?.cordoned ? "cordoned" : "",
    node?.ready === false ? "not ready" : "",
  ];
  const note = notes.filter((n) => n !== "").join(", ");
  const bad = node?.ready === false;
  const taken = write(ctx, note, right, y, box.w / 3, {
    font: `12px ${p.sans}`,
    color: bad ? p.failed : p.muted,
    align: "right",
  });
  const name = node ? node.name : "no node yet";
  const used = write(ctx, name, box.x + 12, y, box.w / 2, { font: `600 13px ${p.sans}`, color: p.text });
  const rest = box.w - used - taken - 44;
  if (node && rest > 60) {
    write(ctx, node.address, box.x + 20 + used, y, rest, { font: `12px ${p.mono}`, color: p.muted });
  }
  if (node && box.tiles.length + box.groups.length === 0) {
    write(ctx, "no pods here", box.x + 12, box.y + 52, box.w - 24, {
      font: `12px ${p.sans}`,
      color: p.faint,
    });
  }
}
