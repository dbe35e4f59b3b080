/** Draws a layout on a canvas. It decides nothing: what is drawn is what the topology says. */
import type { PodView } from "svcscope";
import { alive, FLIGHT_MS, type Flight, GLOW_MS, type Waypoint } from "./flight.ts";
import { type Box, type Layout, type NodeBox, podKey, type PodTile, type ServiceBox, serviceKey, type Target } from "./layout.ts";

/** Colours and fonts, read from the tokens of the style sheet. */
export interface Palette {
  readonly accent: string;
  readonly accentSoft: string;
  readonly surface: string;
  readonly raised: string;
  readonly ground: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly muted: string;
  readonly faint: string;
  readonly ready: string;
  readonly readySoft: string;
  readonly waiting: string;
  readonly waitingSoft: string;
  readonly failed: string;
  readonly failedSoft: string;
  readonly sans: string;
  readonly mono: string;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string) => style.getPropertyValue(name).trim();
  return {
    accent: get("--accent"),
    accentSoft: get("--accent-soft"),
    surface: get("--surface"),
    raised: get("--raised"),
    ground: get("--ground"),
    line: get("--line"),
    lineStrong: get("--line-strong"),
    text: get("--text"),
    muted: get("--muted"),
    faint: get("--faint"),
    ready: get("--ready"),
    readySoft: get("--ready-soft"),
    waiting: get("--waiting"),
    waitingSoft: get("--waiting-soft"),
    failed: get("--failed"),
    failedSoft: get("--failed-soft"),
    sans: get("--sans"),
    mono: get("--mono"),
  };
}

export interface Scene {
  readonly layout: Layout;
  readonly hits: ReadonlyMap<string, number>;
  readonly hovered: Target | null;
  readonly selected: Target | null;
  /** The place that the step pointed at names. */
  readonly pointed: Waypoint | null;
  readonly stale: boolean;
  readonly calm: boolean;
  /** When each pod was first seen, and when last: they come and go softly. */
  readonly seen: ReadonlyMap<string, number>;
}

type Context = CanvasRenderingContext2D;

const HEADINGS: readonly [string, (l: Layout) => Box | undefined][] = [
  ["Clients", (l) => l.clients[0]],
  ["Services", (l) => l.services[0]],
  ["Nodes", (l) => l.nodes[0]],
];

/** Draws everything; true if something still moves. */
export function draw(ctx: Context, scene: Scene, p: Palette, now: number): boolean {
  const { layout } = scene;
  ctx.clearRect(0, 0, layout.width, layout.height);
  ctx.globalAlpha = scene.stale ? 0.55 : 1;
  for (const [title, find] of HEADINGS) {
    const box = find(layout);
    if (box) text(ctx, title, box.x, 22, `600 12px ${p.sans}`, p.muted);
  }
  edges(ctx, scene, p);
  for (const client of layout.clients) {
    const lit = isLit(scene, "client", client.id);
    card(ctx, client, p, lit, p.raised);
    text(ctx, fit(ctx, client.title, client.w - 20, `600 13px ${p.sans}`), client.x + 10, client.y + 24, null, p.text);
    text(ctx, fit(ctx, client.detail, client.w - 20, `11px ${p.mono}`), client.x + 10, client.y + 42, null, p.muted);
  }
  for (const service of layout.services) drawService(ctx, service, scene, p);
  let moving = false;
  for (const node of layout.nodes) moving = drawNode(ctx, node, scene, p, now) || moving;
  ctx.globalAlpha = 1;
  for (const flight of alive(now)) moving = drawFlight(ctx, flight, scene, p, now) || moving;
  return moving;
}

function isLit(scene: Scene, kind: Target["kind"], key: string): boolean {
  const same = (t: { kind: string; key: string } | null) => t?.kind === kind && t.key === key;
  return same(scene.hovered) || same(scene.selected) || same(scene.pointed);
}

function card(ctx: Context, box: Box, p: Palette, lit: boolean, fill: string): void {
  ctx.beginPath();
  ctx.roundRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, 6);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = lit ? 2 : 1;
  ctx.strokeStyle = lit ? p.accent : p.line;
  ctx.stroke();
}

function text(ctx: Context, s: string, x: number, y: number, font: string | null, color: string): void {
  if (font) ctx.font = font;
  ctx.fillStyle = color;
  ctx.fillText(s, x, y);
}

/** The text, shortened in the middle until it fits; sets the font. */
function fit(ctx: Context, s: string, width: number, font: string): string {
  ctx.font = font;
  if (ctx.measureText(s).width <= width) return s;
  let keep = s.length;
  let out = s;
  while (keep > 3 && ctx.measureText(out).width > width) {
    keep--;
    const tail = Math.floor(keep / 2);
    out = `${s.slice(0, keep - tail)}…${s.slice(s.length - tail)}`;
  }
  return out;
}

function drawService(ctx: Context, box: ServiceBox, scene: Scene, p: Palette): void {
  const { service } = box;
  const lit = isLit(scene, "service", serviceKey(service));
  card(ctx, box, p, lit, p.raised);
  const inner = box.w - 20;
  const left = box.x + 10;
  const ready = service.endpoints.filter((e) => e.ready).length;
  const total = service.endpoints.length;
  const name = service.namespace === "default" ? service.name : `${service.namespace}/${service.name}`;
  text(ctx, fit(ctx, name, inner - 46, `600 13px ${p.sans}`), left, box.y + 22, null, p.text);
  const count = service.type === "ExternalName" ? "" : `${ready}/${total}`;
  ctx.font = `600 12px ${p.mono}`;
  const w = ctx.measureText(count).width;
  const color = total === 0 ? p.failed : ready < total ? p.waiting : p.ready;
  text(ctx, count, box.x + box.w - 10 - w, box.y + 22, null, color);
  const where =
    service.type === "ExternalName" ? `→ ${service.externalName}` : (service.clusterIPs[0] ?? "no address");
  const type = service.pending ? `${service.type} <pending>` : service.type;
  text(ctx, fit(ctx, type, inner, `11px ${p.sans}`), left, box.y + 38, null, p.muted);
  text(ctx, fit(ctx, where, inner, `11px ${p.mono}`), left, box.y + 54, null, p.text);
  service.ports.forEach((port, i) => {
    const node = port.nodePort > 0 ? ` ← ${port.nodePort}` : "";
    const udp = port.protocol === "TCP" ? "" : ` ${port.protocol}`;
    const line = `${port.port}${node} → ${port.targetPort}${udp}`;
    text(ctx, fit(ctx, line, inner, `11px ${p.mono}`), left, box.y + 72 + i * 18, null, p.muted);
  });
}

function drawNode(ctx: Context, box: NodeBox, scene: Scene, p: Palette, now: number): boolean {
  const lit = box.node !== null && isLit(scene, "node", box.node.name);
  ctx.setLineDash(box.node ? [] : [4, 4]);
  card(ctx, box, p, lit, p.surface);
  ctx.setLineDash([]);
  const title = box.node ? box.node.name : "no node yet";
  const zone = box.node?.zone ? ` · zone ${box.node.zone}` : "";
  const cordon = box.node?.cordoned ? " · cordoned" : "";
  text(ctx, fit(ctx, title, box.w * 0.5, `600 12px ${p.sans}`), box.x + 10, box.y + 21, null, p.text);
  const used = ctx.measureText(title).width;
  const rest = `${box.node?.address ?? ""}${zone}${cordon}`;
  text(ctx, fit(ctx, rest, box.w - used - 34, `11px ${p.mono}`), box.x + 18 + used, box.y + 21, null, p.muted);
  let moving = false;
  for (const tile of box.tiles) moving = drawPod(ctx, tile, scene, p, now) || moving;
  return moving;
}

interface Look {
  readonly mark: string;
  readonly fill: string;
}

function look(pod: PodView, p: Palette): Look {
  switch (pod.state) {
    case "ready":
      return { mark: p.ready, fill: p.readySoft };
    case "starting":
    case "pending":
    case "not-ready":
      return { mark: p.waiting, fill: p.waitingSoft };
    case "failed":
      return { mark: p.failed, fill: p.failedSoft };
    default:
      return { mark: p.faint, fill: p.surface };
  }
}

const APPEAR_MS = 260;

function drawPod(ctx: Context, tile: PodTile, scene: Scene, p: Palette, now: number): boolean {
  const { pod } = tile;
  const key = podKey(pod);
  const age = now - (scene.seen.get(key) ?? 0);
  const grown = scene.calm ? 1 : ease(Math.min(1, age / APPEAR_MS));
  const { mark, fill } = look(pod, p);
  const lit = isLit(scene, "pod", key);
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * (pod.state === "terminating" ? 0.6 : 1) * (0.25 + 0.75 * grown);
  ctx.setLineDash(pod.state === "terminating" ? [3, 3] : []);
  const inset = (1 - grown) * 4;
  card(
    ctx,
    { x: tile.x + inset, y: tile.y + inset, w: tile.w - 2 * inset, h: tile.h - 2 * inset },
    p,
    lit,
    fill,
  );
  ctx.setLineDash([]);
  const cx = tile.detail === "name" ? tile.x + 14 : tile.x + tile.w / 2;
  const cy = tile.y + (tile.detail === "name" ? 14 : tile.h / 2 - 1);
  drawMark(ctx, pod.state, cx, cy, mark, p);
  const hits = scene.hits.get(key) ?? 0;
  const most = Math.max(1, ...scene.hits.values());
  if (tile.detail === "name") {
    const short = pod.name.length > 14 ? `…${pod.name.slice(-11)}` : pod.name;
    text(ctx, fit(ctx, short, tile.w - 34 - (hits ? 26 : 0), `11px ${p.mono}`), tile.x + 25, tile.y + 18, null, p.text);
    if (hits > 0) {
      ctx.font = `600 11px ${p.mono}`;
      const label = hits > 9999 ? `${Math.round(hits / 1000)}k` : String(hits);
      text(ctx, label, tile.x + tile.w - 7 - ctx.measureText(label).width, tile.y + 18, null, p.accent);
    }
  }
  if (hits > 0) {
    ctx.fillStyle = p.accent;
    ctx.beginPath();
    ctx.roundRect(tile.x + 5, tile.y + tile.h - 6, (tile.w - 10) * (hits / most), 3, 1.5);
    ctx.fill();
  }
  ctx.globalAlpha = before;
  return grown < 1;
}

/** State is shape and colour: filled, half, ring, cross. */
function drawMark(ctx: Context, state: PodView["state"], x: number, y: number, color: string, p: Palette): void {
  ctx.lineWidth = 1.8;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  const r = 5;
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
      ctx.moveTo(x, y);
      ctx.arc(x, y, r, -Math.PI / 2, Math.PI / 2);
      ctx.fill();
      return;
    case "failed":
      ctx.moveTo(x - 4, y - 4);
      ctx.lineTo(x + 4, y + 4);
      ctx.moveTo(x + 4, y - 4);
      ctx.lineTo(x - 4, y + 4);
      ctx.stroke();
      return;
    case "succeeded":
      ctx.moveTo(x - 5, y);
      ctx.lineTo(x - 1, y + 4);
      ctx.lineTo(x + 5, y - 4);
      ctx.stroke();
      return;
    default:
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fillStyle = p.surface;
      ctx.fill();
      ctx.stroke();
  }
}

/** From clients to Services, and from Services to nodes in bundles; to single pods where one is pointed at. */
function edges(ctx: Context, scene: Scene, p: Palette): void {
  const { layout } = scene;
  const tiles = new Map(layout.nodes.flatMap((n) => n.tiles.map((t) => [podKey(t.pod), { tile: t, node: n }] as const)));
  for (const client of layout.clients) {
    for (const service of layout.services) {
      const lit = isLit(scene, "client", client.id) || isLit(scene, "service", serviceKey(service.service));
      curve(ctx, right(client), left(service), lit ? p.accent : p.line, 1.2, []);
    }
  }
  for (const box of layout.services) {
    const lit = isLit(scene, "service", serviceKey(box.service));
    const perNode = new Map<NodeBox, number>();
    for (const endpoint of box.service.endpoints) {
      const found = tiles.get(endpoint.pod);
      if (!found) continue;
      perNode.set(found.node, (perNode.get(found.node) ?? 0) + 1);
      const podLit = isLit(scene, "pod", endpoint.pod);
      if (lit || podLit) {
        const dash = endpoint.ready ? [] : [4, 4];
        curve(ctx, right(box), left(found.tile), endpoint.ready ? p.ready : p.waiting, 1.4, dash);
      }
    }
    if (lit) continue;
    for (const [node, count] of perNode) {
      curve(ctx, right(box), { x: node.x, y: node.y + 17 }, p.lineStrong, Math.min(5, 1 + Math.sqrt(count) * 0.7), []);
    }
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const right = (b: Box): Point => ({ x: b.x + b.w, y: b.y + b.h / 2 });
const left = (b: Box): Point => ({ x: b.x, y: b.y + b.h / 2 });

function curve(ctx: Context, a: Point, b: Point, color: string, width: number, dash: number[]): void {
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(a.x, a.y);
  const bend = Math.max(16, (b.x - a.x) / 2);
  ctx.bezierCurveTo(a.x + bend, a.y, b.x - bend, b.y, b.x, b.y);
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Ease-out. */
const ease = (t: number): number => 1 - (1 - t) ** 3;

/** Where a place is: what comes in at its left and leaves at its right. */
function anchors(layout: Layout, place: Waypoint): { in: Point; out: Point } | null {
  const box = boxOf(layout, place);
  return box && { in: left(box), out: right(box) };
}

function boxOf(layout: Layout, place: Waypoint): Box | null {
  switch (place.kind) {
    case "client":
      return layout.clients.find((c) => c.id === place.key) ?? layout.clients[0] ?? null;
    case "service":
      return layout.services.find((s) => serviceKey(s.service) === place.key) ?? null;
    case "pod":
      for (const node of layout.nodes) {
        const tile = node.tiles.find((t) => podKey(t.pod) === place.key);
        if (tile) return tile;
      }
      return null;
    default:
      return layout.nodes.find((n) => n.node?.name === place.key) ?? null;
  }
}

function drawFlight(ctx: Context, flight: Flight, scene: Scene, p: Palette, now: number): boolean {
  const t = (now - flight.started) / FLIGHT_MS;
  if (t < 0) return true;
  // The way goes from left to right: a node that a packet only passes glows, it is no stop on the way.
  const stops = flight.path.filter((w, i) => w.kind !== "node" || i === flight.path.length - 1);
  const boxes = stops.map((w) => ({ w, at: anchors(scene.layout, w) })).filter((s) => s.at !== null);
  const color = flight.answered ? p.accent : p.failed;
  for (const passed of flight.path.filter((w) => w.kind === "node")) {
    const box = boxOf(scene.layout, passed);
    if (box) glow(ctx, box, color, Math.max(0, 1 - Math.abs(t - 0.35) * 2));
  }
  const last = boxes.at(-1);
  if (t >= 1 || scene.calm) {
    const box = last && boxOf(scene.layout, last.w);
    const fade = scene.calm ? 1 : 1 - (t - 1) / (GLOW_MS / FLIGHT_MS);
    if (box) glow(ctx, box, color, Math.max(0, fade));
    return t < 1 + GLOW_MS / FLIGHT_MS;
  }
  const legs = Math.max(1, boxes.length - 1);
  const at = ease(t) * legs;
  const leg = Math.min(legs - 1, Math.floor(at));
  const [a, b] = [boxes[leg]?.at, boxes[leg + 1]?.at];
  if (!a || !b) return true;
  const point = along(a.out, b.in, at - leg);
  ctx.beginPath();
  ctx.arc(point.x, point.y, 3 + Math.sqrt(flight.weight) * 1.4, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  if (flight.weight > 1) {
    ctx.globalAlpha = 0.35;
    curve(ctx, a.out, b.in, color, 1 + flight.weight * 0.5, []);
    ctx.globalAlpha = 1;
  }
  return true;
}

function glow(ctx: Context, box: Box, color: string, strength: number): void {
  if (strength <= 0) return;
  ctx.globalAlpha = strength;
  ctx.beginPath();
  ctx.roundRect(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3, 8);
  ctx.lineWidth = 3;
  ctx.strokeStyle = color;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** A point of the curve that joins two places. */
function along(a: Point, b: Point, t: number): Point {
  const bend = Math.max(16, (b.x - a.x) / 2);
  const u = 1 - t;
  const x = u ** 3 * a.x + 3 * u * u * t * (a.x + bend) + 3 * u * t * t * (b.x - bend) + t ** 3 * b.x;
  const y = u ** 3 * a.y + 3 * u * u * t * a.y + 3 * u * t * t * b.y + t ** 3 * b.y;
  return { x, y };
}
