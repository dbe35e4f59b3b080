/** Draws what selects what: from clients to Services, from Services to the nodes where their endpoints are. */
import { between, type Context, type Palette, stroke, write } from "./canvas.ts";
import type { Scene } from "./draw.ts";
import { type Box, type NodeBox, placeOf, podKey, type ServiceBox, serviceKey } from "./layout.ts";
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
  const { way, places } = scene.layout;
  const lit = scene.isLit("service", serviceKey(box.service));
  const perNode = new Map<NodeBox, { ready: number; all: number }>();
  for (const endpoint of box.service.endpoints) {
    const tile = places.get(placeOf({ kind: "pod", key: endpoint.pod }));
    const node = scene.nodeOf(endpoint.pod);
    if (!tile || !node) continue;
    const count = perNode.get(node) ?? { ready: 0, all: 0 };
    perNode.set(node, { ready: count.ready + (endpoint.ready ? 1 : 0), all: count.all + 1 });
    if (lit || scene.isLit("pod", endpoint.pod)) {
      stroke(
        ctx,
        between(way, box, tile),
        endpoint.ready ? p.ready : p.waiting,
        1.5,
        endpoint.ready ? [] : [4, 4],
      );
    }
  }
  if (lit) return;
  for (const [node, { ready, all }] of perNode) {
    const width = Math.min(5, 1 + Math.sqrt(all) * 0.7);
    stroke(ctx, between(way, box, head(node)), p["line-strong"], width, ready > 0 ? [] : [4, 4]);
  }
}

/** A dotted edge to the nodes of pods that one label keeps from being selected, and which label that is. */
function drawNearMisses(ctx: Context, box: ServiceBox, scene: Scene, p: Palette): void {
  const { way, nodes } = scene.layout;
  const reasons = new Map<string, number>();
  let last: Box | undefined;
  for (const node of nodes) {
    const missed = node.tiles.map((t) => nearMiss(box.service, t.pod)).filter((reason) => reason !== null);
    if (missed.length === 0) continue;
    for (const reason of missed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    stroke(ctx, between(way, box, head(node)), p.waiting, 1.25, [2, 5]);
    last = node;
  }
  const [common] = [...reasons].sort((a, b) => b[1] - a[1]);
  if (!common || !last) return;
  const [reason, count] = common;
  const text = `${count} ${count === 1 ? "pod" : "pods"}: ${reason}`;
  // Below the Service there is always room: the edges leave it at its side.
  const [x, y] = way === "right" ? [box.x, box.y + box.h + 18] : [box.x, box.y + box.h + 16];
  write(ctx, text, x, y, way === "right" ? box.w + 24 : box.w / 2 - 8, {
    font: `12px ${p.sans}`,
    color: p.waiting,
  });
}

/** Edges end at a node's name. */
const head = (node: NodeBox): Box => ({ x: node.x, y: node.y, w: node.w, h: 34 });

/** The boxes of nodes by the pods on them. */
export function nodesByPod(nodes: readonly NodeBox[]): ReadonlyMap<string, NodeBox> {
  return new Map(nodes.flatMap((node) => node.tiles.map((tile) => [podKey(tile.pod), node] as const)));
}
