/**
 * Where everything stands on the stage: clients on the left, Services in the middle, nodes with their pods on the
 * right, as a packet goes. A pure function of the topology and the room there is.
 */
import type { NodeView, PodView, ServiceView, Topology } from "svcscope";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface ClientBox extends Box {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

export interface ServiceBox extends Box {
  readonly service: ServiceView;
}

export interface PodTile extends Box {
  readonly pod: PodView;
  /** How much of the pod there is room for. */
  readonly detail: "name" | "mark";
}

export interface NodeBox extends Box {
  /** None stands for the pods that have no node yet. */
  readonly node: NodeView | null;
  readonly tiles: readonly PodTile[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly clients: readonly ClientBox[];
  readonly services: readonly ServiceBox[];
  readonly nodes: readonly NodeBox[];
}

const MARGIN = 16;
const HEAD = 30;
const CLIENT_W = 128;
const SERVICE_W = 216;
const GUTTER = 72;
const NODE_HEAD = 34;
const PAD = 10;
const GAP = 8;
const NAMED = { w: 118, h: 32 };
const MARKED = { w: 26, h: 26 };
/** With more pods than this on a node their names give way to marks. */
const NAMED_MAX = 12;

export const podKey = (pod: { namespace: string; name: string }): string => `${pod.namespace}/${pod.name}`;

export const serviceKey = (service: { namespace: string; name: string }): string =>
  `${service.namespace}/${service.name}`;

/** Services of the control plane are part of every cluster and of no lesson. */
export const isOwn = (thing: { namespace: string; name: string }): boolean =>
  thing.namespace !== "kube-system" && !(thing.namespace === "default" && thing.name === "kubernetes");

/** Lays out what there is in a room of that width; the height is what it takes. */
export function layout(topology: Topology, clients: readonly Omit<ClientBox, keyof Box>[], width: number): Layout {
  const narrow = width < 720;
  const pods = topology.pods.filter(isOwn);
  const services = topology.services.filter(isOwn);
  const workers = topology.nodes.filter((n) => !n.controlPlane || pods.some((p) => p.node === n.name));
  const homeless = pods.filter((p) => p.node === "");

  const clientX = MARGIN;
  const clientW = narrow ? 84 : CLIENT_W;
  const serviceX = clientX + clientW + (narrow ? 28 : GUTTER);
  const serviceW = narrow ? Math.min(132, width - serviceX - 160) : SERVICE_W;
  const nodeX = serviceX + serviceW + (narrow ? 28 : GUTTER);
  const nodeW = Math.max(120, width - nodeX - MARGIN);

  const nodeBoxes = stackNodes(workers, pods, homeless, nodeX, nodeW);
  const serviceBoxes = stackServices(services, serviceX, serviceW);
  const clientBoxes = clients.map((client, i) => ({
    ...client,
    x: clientX,
    y: HEAD + MARGIN + i * (56 + GAP * 2),
    w: clientW,
    h: 56,
  }));
  const bottom = Math.max(...[...nodeBoxes, ...serviceBoxes, ...clientBoxes].map((b) => b.y + b.h), 160);
  return {
    width,
    height: bottom + MARGIN,
    clients: centred(clientBoxes, bottom),
    services: centred(serviceBoxes, bottom),
    nodes: nodeBoxes,
  };
}

/** Columns that are shorter than the tallest stand in the middle of the height. */
function centred<B extends Box>(boxes: readonly B[], bottom: number): B[] {
  const last = boxes.at(-1);
  const shift = last === undefined ? 0 : Math.max(0, (bottom - (last.y + last.h)) / 2);
  return boxes.map((b) => ({ ...b, y: b.y + shift }));
}

function stackServices(services: readonly ServiceView[], x: number, w: number): ServiceBox[] {
  let y = HEAD + MARGIN;
  return services.map((service) => {
    const h = 66 + 18 * Math.max(1, service.ports.length);
    const box = { service, x, y, w, h };
    y += h + GAP * 2;
    return box;
  });
}

function stackNodes(
  nodes: readonly NodeView[],
  pods: readonly PodView[],
  homeless: readonly PodView[],
  x: number,
  width: number,
): NodeBox[] {
  const columns = Math.max(1, Math.min(nodes.length, Math.floor((width + GAP) / 300)));
  const w = (width - GAP * 2 * (columns - 1)) / columns;
  const heights = Array.from({ length: columns }, () => HEAD + MARGIN);
  const groups: [NodeView | null, readonly PodView[]][] = nodes.map((node) => [
    node,
    pods.filter((p) => p.node === node.name),
  ]);
  if (homeless.length > 0) groups.unshift([null, homeless]);
  return groups.map(([node, own]) => {
    const column = heights.indexOf(Math.min(...heights));
    const left = x + column * (w + GAP * 2);
    const top = heights[column] ?? HEAD;
    const tiles = tilesOf(own, left + PAD, top + NODE_HEAD, w - 2 * PAD);
    const tilesBottom = Math.max(...tiles.map((t) => t.y + t.h), top + NODE_HEAD + NAMED.h);
    const h = tilesBottom - top + PAD;
    heights[column] = top + h + GAP * 2;
    return { node, tiles, x: left, y: top, w, h };
  });
}

function tilesOf(pods: readonly PodView[], x: number, y: number, width: number): PodTile[] {
  const detail = pods.length <= NAMED_MAX ? "name" : "mark";
  const size = detail === "name" ? NAMED : MARKED;
  const perRow = Math.max(1, Math.floor((width + GAP) / (size.w + GAP)));
  return pods.map((pod, i) => ({
    pod,
    detail,
    x: x + (i % perRow) * (size.w + GAP),
    y: y + Math.floor(i / perRow) * (size.h + GAP),
    w: Math.min(size.w, width),
    h: size.h,
  }));
}

/** What is at a point of the stage, the innermost first. */
export function hit(layout: Layout, x: number, y: number): Target | null {
  const inside = (b: Box) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h;
  for (const node of layout.nodes) {
    const tile = node.tiles.find(inside);
    if (tile) return { kind: "pod", key: podKey(tile.pod) };
  }
  const service = layout.services.find(inside);
  if (service) return { kind: "service", key: serviceKey(service.service) };
  const client = layout.clients.find(inside);
  if (client) return { kind: "client", key: client.id };
  const node = layout.nodes.find((n) => n.node && inside(n));
  return node?.node ? { kind: "node", key: node.node.name } : null;
}

export interface Target {
  readonly kind: "pod" | "service" | "client" | "node";
  readonly key: string;
}
