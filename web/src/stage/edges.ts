/** Draws what selects what: from clients to Services, from Services to the nodes where their endpoints are. */
import { between, type Context, type Palette, stroke, write } from "./canvas.ts";
import type { Scene } from "./draw.ts";
import {
  type Box,
  type Layout,
  type NodeBox,
  placeOf,
  podKey,
  type ServiceBox,
  serviceKey,
} from "./layout.ts";
import { nearMiss } from "./words.ts";

export function drawEdges(ctx: Context, scene: Scene, p: Palette): void {
  const { layout } = scene;
  for (const client of layout.clients) {
    for (const box of layout.services) {
      const lit = scene.isLit("client", client.id) || scene.isLit("service", serviceKey(box.service));
      stroke(ctx, between(layout.way, client, box), lit ? p.accent : p.line, 1.25);
    }
  }
  for (const box of layout.services) {
    drawEndpoints(ctx, box, scene, p);
    drawNearMisses(ctx, box, scene, p);
  }
}

/** One edge per node, as wide as it has endpoints; one per pod where the Service or the pod is pointed at. */
function drawEndpoints(ctx: Context, box: ServiceBox, scene: Scene, p: Palette): void {
  const { layout } = scene;
  const lit = scene.isLit("service", serviceKey(box.service));
  const few = box.service.endpoints.length <= SINGLE;
  for (const endpoint of box.service.endpoints) {
    if (!(lit && few) && !scene.isLit("pod", endpoint.pod)) continue;
    const tile = layout.places.get(placeOf({ kind: "pod", key: endpoint.pod }));
    if (!tile) continue;
    const curve = between(layout.way, box, tile);
    stroke(ctx, curve, endpoint.ready ? p.ready : p.waiting, 1.5, endpoint.ready ? [] : [4, 4]);
  }
  if (lit && few) return;
  for (const { node, ready, all } of bundlesOf(layout).get(box) ?? []) {
    const width = Math.min(5, 1 + Math.sqrt(all) * 0.7);
    const color = lit ? p.ready : p["line-strong"];
    stroke(ctx, between(layout.way, box, head(node)), color, width, ready > 0 ? [] : [4, 4]);
  }
}

/** More edges than these are not told apart. */
const SINGLE = 400;

/** How many endpoints of a Service are on a node. */
interface Bundle {
  readonly node: NodeBox;
  ready: number;
  all: number;
}

/** Counting takes longer than drawing: it is done once for each layout. */
const bundlesOf = once((layout: Layout): ReadonlyMap<ServiceBox, readonly Bundle[]> => {
  const nodes = nodesByPod(layout);
  const all = layout.services.map((box) => {
    const perNode = new Map<NodeBox, Bundle>();
    for (const endpoint of box.service.endpoints) {
      const node = nodes.get(endpoint.pod);
      if (!node) continue;
      const bundle = perNode.get(node) ?? { node, ready: 0, all: 0 };
      perNode.set(node, bundle);
      bundle.all++;
      if (endpoint.ready) bundle.ready++;
    }
    return [box, [...perNode.values()]] as const;
  });
  return new Map(all);
});

/** The pods of a Service that one label keeps from being selected. */
interface Missed {
  readonly nodes: readonly NodeBox[];
  readonly text: string;
}

const missesOf = once((layout: Layout): ReadonlyMap<ServiceBox, Missed> => {
  const found = new Map<ServiceBox, Missed>();
  for (const box of layout.services) {
    const reasons = new Map<string, number>();
    const nodes = layout.nodes.filter((node) => {
      const pods = [...node.tiles.map((t) => t.pod), ...node.groups.flatMap((g) => g.pods)];
      const missed = pods.map((pod) => nearMiss(box.service, pod)).filter((reason) => reason !== null);
      for (const reason of missed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      return missed.length > 0;
    });
    const [common] = [...reasons].sort((a, b) => b[1] - a[1]);
    if (!common) continue;
    const [reason, count] = common;
    found.set(box, { nodes, text: `${count} ${count === 1 ? "pod" : "pods"}: ${reason}` });
  }
  return found;
});

/** Remembers the last answer. */
function once<T>(compute: (layout: Layout) => T): (layout: Layout) => T {
  const known = new WeakMap<Layout, T>();
  return (layout) => {
    const answer = known.get(layout) ?? compute(layout);
    known.set(layout, answer);
    return answer;
  };
}

/** A dotted edge to the nodes of pods that one label keeps from being selected, and which label that is. */
function drawNearMisses(ctx: Context, box: ServiceBox, scene: Scene, p: Palette): void {
  const { way } = scene.layout;
  const missed = missesOf(scene.layout).get(box);
  if (!missed) return;
  for (const node of missed.nodes) stroke(ctx, between(way, box, head(node)), p.waiting, 1.25, [2, 5]);
  // Below the Service there is always room: the edges leave it at its side.
  const [x, y] = way === "right" ? [box.x, box.y + box.h + 18] : [box.x, box.y + box.h + 16];
  write(ctx, missed.text, x, y, way === "right" ? box.w + 24 : box.w / 2 - 8, {
    font: `12px ${p.sans}`,
    color: p.waiting,
  });
}

/** Edges end at a node's name. */
const head = (node: NodeBox): Box => ({ x: node.x, y: node.y, w: node.w, h: 34 });

/** The boxes of nodes by the pods on them. */
export const nodesByPod = once((layout: Layout): ReadonlyMap<string, NodeBox> => {
  const found = new Map<string, NodeBox>();
  for (const node of layout.nodes) {
    for (const tile of node.tiles) found.set(podKey(tile.pod), node);
    for (const group of node.groups) for (const pod of group.pods) found.set(podKey(pod), node);
  }
  return found;
});
