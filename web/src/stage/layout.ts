/**
 * Where everything stands on the stage: clients, then Services, then nodes with their pods, as a packet goes; from left
 * to right where there is room for it, else from the top down. A pure function of the topology and the room there is.
 */
import type { NodeView, PodView, ServiceView, Topology } from "svcscope";
import { CELLS, type Group, groupsOf, isOpen, podAt } from "./groups.ts";
import { rowsOf } from "./words.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

export interface Client {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

export interface ClientBox extends Box, Client {}

export interface ServiceBox extends Box {
  readonly service: ServiceView;
  /** Only its name, where there are many. */
  readonly brief: boolean;
}

/** How much of a pod there is room for: name and address, its name, its mark, or no more than a point. */
export type Detail = "full" | "name" | "mark" | "point";

export interface PodTile extends Box {
  readonly pod: PodView;
  readonly detail: Detail;
}

export interface NodeBox extends Box {
  /** None stands for the pods that have no node yet. */
  readonly node: NodeView | null;
  readonly tiles: readonly PodTile[];
  /** Instead of tiles, where there are too many. */
  readonly groups: readonly Group[];
}

export interface Layout extends Room {
  /** Which way packets go. */
  readonly way: "right" | "down";
  readonly headings: readonly { readonly title: string; readonly x: number; readonly y: number }[];
  readonly clients: readonly ClientBox[];
  readonly services: readonly ServiceBox[];
  readonly nodes: readonly NodeBox[];
  /** Everything by its place, for whoever has to find it. */
  readonly places: ReadonlyMap<string, Box>;
}

/** Something on the stage. */
export interface Target {
  readonly kind: "pod" | "service" | "client" | "node" | "workload";
  /** `namespace/name`; of nodes the name, of workloads `Kind/namespace/name`, of clients who they are. */
  readonly key: string;
}

const MARGIN = 16;
const HEADING = 28;
const GAP = 8;
const NODE_GAP = 12;
const NODE_HEAD = 34;
const PAD = 10;
const NARROW = 640;

interface Size {
  readonly detail: Detail;
  readonly least: number;
  readonly most: number;
  readonly h: number;
  readonly gap: number;
}

/** What a tile takes, from the most detail to the least. */
const SIZES: readonly Size[] = [
  { detail: "full", least: 112, most: 176, h: 46, gap: 8 },
  { detail: "name", least: 88, most: 176, h: 30, gap: 8 },
  { detail: "mark", least: 26, most: 26, h: 26, gap: 5 },
  { detail: "mark", least: 20, most: 20, h: 20, gap: 4 },
  { detail: "point", least: 14, most: 14, h: 14, gap: 4 },
  { detail: "point", least: 11, most: 11, h: 11, gap: 3 },
  { detail: "point", least: 8, most: 8, h: 8, gap: 2 },
];
/** So few pods keep their names, if that means scrolling. */
const FEW = 30;
/** So many are drawn together if there is no room for each, and so many in any case. */
const SOME = 400;
const MANY = 1500;

export const podKey = (pod: { namespace: string; name: string }): string => `${pod.namespace}/${pod.name}`;

export const serviceKey = (service: { namespace: string; name: string }): string =>
  `${service.namespace}/${service.name}`;

export const placeOf = (target: Target): string => `${target.kind} ${target.key}`;

/** What belongs to the control plane is part of every cluster and of no lesson. */
export const isOwn = (thing: { namespace: string; name: string }): boolean =>
  thing.namespace !== "kube-system" && !(thing.namespace === "default" && thing.name === "kubernetes");

/** Lays out what there is in a room; it may take more height than there is, never more width. */
export function layout(topology: Topology, clients: readonly Client[], room: Room): Layout {
  const pods = topology.pods.filter(isOwn);
  const services = topology.services.filter(isOwn);
  const groups = membersOf(topology.nodes, pods);
  const plan =
    room.width < NARROW
      ? downwards(clients, services, groups, room)
      : across(clients, services, groups, room);
  const boxes = [...plan.clients, ...plan.services, ...plan.nodes];
  const height = Math.max(0, ...boxes.map((b) => b.y + b.h)) + MARGIN;
  return { ...plan, width: room.width, height, places: placesOf(plan) };
}

type Plan = Omit<Layout, "width" | "height" | "places">;
type Members = readonly [NodeView | null, readonly PodView[]];

/** Nodes with their pods, and behind them the pods without a node. The control plane counts where it runs some. */
function membersOf(nodes: readonly NodeView[], pods: readonly PodView[]): Members[] {
  const byNode = new Map<string, PodView[]>();
  for (const pod of pods) {
    const own = byNode.get(pod.node);
    if (own) own.push(pod);
    else byNode.set(pod.node, [pod]);
  }
  const shown = nodes.filter((n) => !n.controlPlane || byNode.has(n.name));
  const groups: Members[] = shown.map((node) => [node, byNode.get(node.name) ?? []]);
  const homeless = byNode.get("") ?? [];
  return homeless.length > 0 ? [...groups, [null, homeless]] : groups;
}

/** Three columns. */
function across(
  clients: readonly Client[],
  services: readonly ServiceView[],
  groups: readonly Members[],
  room: Room,
): Plan {
  const gutter = Math.min(104, Math.max(36, (room.width - 560) / 7));
  const clientW = room.width < 840 ? 112 : 140;
  const serviceW = room.width < 840 ? 172 : 220;
  const serviceX = MARGIN + clientW + gutter;
  const nodeX = serviceX + serviceW + gutter;
  const top = MARGIN + HEADING;
  const space = { width: Math.max(120, room.width - nodeX - MARGIN), height: room.height - top - MARGIN };

  const nodes = nodeBoxes(groups, nodeX, top, space);
  const serviceBoxes = stack(serviceCards(services, serviceW, space.height), serviceX, top);
  const clientBoxes = stack(
    clients.map((c) => ({ ...c, w: clientW, h: 56 })),
    MARGIN,
    top,
  );
  const columns = [nodes, serviceBoxes, clientBoxes];
  const bottom = Math.max(...columns.flat().map((b) => b.y + b.h));
  return {
    way: "right",
    headings: [
      { title: "Clients", x: MARGIN, y: MARGIN + 8 },
      { title: "Services", x: serviceX, y: MARGIN + 8 },
      { title: "Nodes", x: nodeX, y: MARGIN + 8 },
    ],
    clients: centred(clientBoxes, bottom),
    services: centred(serviceBoxes, bottom),
    nodes,
  };
}

/** Rows, for a phone. */
function downwards(
  clients: readonly Client[],
  services: readonly ServiceView[],
  groups: readonly Members[],
  room: Room,
): Plan {
  const width = room.width - 2 * MARGIN;
  const between = 40;
  const clientW = Math.min(220, (width - GAP * (clients.length - 1)) / Math.max(1, clients.length));
  const left = MARGIN + (width - clients.length * clientW - GAP * (clients.length - 1)) / 2;
  const clientBoxes = clients.map((c, i) => ({
    ...c,
    x: left + i * (clientW + GAP),
    y: MARGIN,
    w: clientW,
    h: 48,
  }));
  const serviceTop = MARGIN + 48 + between;
  const cards = serviceCards(services, width, services.length > 2 ? 0 : room.height);
  const serviceBoxes = stack(cards, MARGIN, serviceTop);
  const last = serviceBoxes.at(-1);
  const top = (last ? last.y + last.h : serviceTop) + between;
  const space = { width, height: Math.max(0, room.height - top - MARGIN) };
  return {
    way: "down",
    headings: [],
    clients: clientBoxes,
    services: serviceBoxes,
    nodes: nodeBoxes(groups, MARGIN, top, space),
  };
}

/** One below the other. */
function stack<B extends { readonly w: number; readonly h: number }>(
  boxes: readonly B[],
  x: number,
  top: number,
) {
  let y = top;
  return boxes.map((box) => {
    const placed = { ...box, x, y };
    y += box.h + NODE_GAP;
    return placed;
  });
}

/** A column that is shorter than the tallest stands in the middle of its height. */
function centred<B extends Box>(boxes: readonly B[], bottom: number): B[] {
  const last = boxes.at(-1);
  const shift = last === undefined ? 0 : Math.max(0, (bottom - (last.y + last.h)) / 2);
  return boxes.map((b) => ({ ...b, y: Math.round(b.y + shift) }));
}

function serviceCards(services: readonly ServiceView[], w: number, height: number) {
  const tall = services.map((service) => ({ service, brief: false, w, h: 54 + 17 * rowsOf(service).length }));
  const sum = tall.reduce((all, box) => all + box.h + NODE_GAP, 0);
  return sum <= height || services.length === 1 ? tall : tall.map((box) => ({ ...box, brief: true, h: 34 }));
}

/** The most detail, and then the fewest columns, that fit into the room; if nothing does, the least that can be seen. */
function nodeBoxes(groups: readonly Members[], x: number, y: number, space: Room): NodeBox[] {
  const all = groups.reduce((sum, [, pods]) => sum + pods.length, 0);
  const fits = (boxes: readonly NodeBox[]) => boxes.every((b) => b.y + b.h <= y + space.height);
  const most = Math.max(1, Math.min(groups.length, Math.floor((space.width + NODE_GAP) / (168 + NODE_GAP))));
  let boxes: NodeBox[] = [];
  for (const size of all <= FEW ? SIZES.slice(0, 2) : all >= MANY ? [] : SIZES) {
    for (let columns = 1; columns <= most; columns++) {
      boxes = inColumns(groups, x, y, space.width, columns, tiled(size));
      if (fits(boxes)) return boxes;
    }
  }
  if (all < SOME) return boxes;
  for (const size of CELLS) {
    for (let columns = 1; columns <= most; columns++) {
      boxes = inColumns(groups, x, y, space.width, columns, grouped(size));
      if (fits(boxes)) return boxes;
    }
  }
  return boxes;
}

/** What a node's pods look like in a place. */
type Furnish = (
  pods: readonly PodView[],
  x: number,
  y: number,
  w: number,
) => Pick<NodeBox, "tiles" | "groups"> & { readonly least: number };

const tiled =
  (size: Size): Furnish =>
  (pods, x, y, w) => ({ tiles: tilesOf(pods, x, y, w, size), groups: [], least: size.h });

const grouped =
  (size: number): Furnish =>
  (pods, x, y, w) => ({ tiles: [], groups: groupsOf(pods, { x, y, w }, GAP, size), least: 20 });

function inColumns(
  groups: readonly Members[],
  x: number,
  y: number,
  width: number,
  columns: number,
  furnish: Furnish,
): NodeBox[] {
  const w = (width - NODE_GAP * (columns - 1)) / columns;
  const bottoms = Array.from({ length: columns }, () => y);
  return groups.map(([node, pods]) => {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const left = x + column * (w + NODE_GAP);
    const top = bottoms[column] ?? y;
    const { tiles, groups, least } = furnish(pods, left + PAD, top + NODE_HEAD, w - 2 * PAD);
    const bottom = [...tiles, ...groups].reduce((max, t) => Math.max(max, t.y + t.h), 0);
    const inner = Math.max(least, bottom - top - NODE_HEAD);
    const h = NODE_HEAD + inner + PAD;
    bottoms[column] = top + h + NODE_GAP;
    return { node, tiles, groups, x: left, y: top, w, h };
  });
}

function tilesOf(pods: readonly PodView[], x: number, y: number, width: number, size: Size): PodTile[] {
  const { detail, least, most, h, gap } = size;
  const perRow = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const w = Math.min(most, width, (width - gap * (perRow - 1)) / perRow);
  return pods.map((pod, i) => ({
    pod,
    detail,
    x: x + (i % perRow) * (w + gap),
    y: y + Math.floor(i / perRow) * (h + gap),
    w,
    h,
  }));
}

function placesOf(plan: Plan): Map<string, Box> {
  const places = new Map<string, Box>();
  for (const box of plan.clients) places.set(placeOf({ kind: "client", key: box.id }), box);
  for (const box of plan.services)
    places.set(placeOf({ kind: "service", key: serviceKey(box.service) }), box);
  for (const box of plan.nodes) {
    if (box.node) places.set(placeOf({ kind: "node", key: box.node.name }), box);
    for (const tile of box.tiles) places.set(placeOf({ kind: "pod", key: podKey(tile.pod) }), tile);
    for (const group of box.groups) {
      for (const pod of group.pods) places.set(placeOf({ kind: "pod", key: podKey(pod) }), group);
    }
  }
  return places;
}

/** What is at a point of the stage, the innermost first; pods in groups only for who is near. */
export function hit(layout: Layout, x: number, y: number, scale = 1): Target | null {
  const inside = (b: Box) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h;
  const node = layout.nodes.find(inside);
  const tile = node?.tiles.find(inside);
  if (tile) return { kind: "pod", key: podKey(tile.pod) };
  const group = groupAt(layout, x, y);
  const pod = group && isOpen(group, scale) ? podAt(group, x, y) : undefined;
  if (pod) return { kind: "pod", key: podKey(pod) };
  if (node) return node.node ? { kind: "node", key: node.node.name } : null;
  const service = layout.services.find(inside);
  if (service) return { kind: "service", key: serviceKey(service.service) };
  const client = layout.clients.find(inside);
  return client ? { kind: "client", key: client.id } : null;
}

/** The group of pods at a point of the stage. */
export function groupAt(layout: Layout, x: number, y: number): Group | undefined {
  const inside = (b: Box) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h;
  return layout.nodes.find(inside)?.groups.find(inside);
}
