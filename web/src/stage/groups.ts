/** Pods by the thousand: those of one workload on one node are one tile, and the pods are seen in it by who comes near. */
import type { PodState, PodView } from "svcscope";
import type { Box } from "./layout.ts";

export interface Group extends Box {
  /** What they have in common: their owner, as pods name it. */
  readonly owner: string;
  readonly pods: readonly PodView[];
  readonly states: ReadonlyMap<PodState, number>;
  /** How its pods stand in it. */
  readonly cell: { readonly size: number; readonly columns: number; readonly top: number };
}

const HEAD = 40;
const PAD = 6;
/** What a pod takes of its tile, on a side, from the most to the least. */
export const CELLS: readonly number[] = [12, 9, 7, 5, 4, 3];
/** From this size on, in the room, a pod is worth drawing and clicking. */
const OPEN_FROM = 6;

/** The tiles of a node's pods, one below the other. */
export function groupsOf(pods: readonly PodView[], box: Omit<Box, "h">, gap: number, size: number): Group[] {
  const byOwner = new Map<string, PodView[]>();
  for (const pod of pods) {
    const own = byOwner.get(pod.owner);
    if (own) own.push(pod);
    else byOwner.set(pod.owner, [pod]);
  }
  const columns = Math.max(1, Math.floor((box.w - 2 * PAD) / size));
  let top = box.y;
  return [...byOwner].map(([owner, own]) => {
    const h = HEAD + Math.ceil(own.length / columns) * size + PAD;
    const cell = { size, columns, top: HEAD };
    const group = { owner, pods: own, states: countsOf(own), cell, x: box.x, y: top, w: box.w, h };
    top += h + gap;
    return group;
  });
}

function countsOf(pods: readonly PodView[]): Map<PodState, number> {
  const counts = new Map<PodState, number>();
  for (const { state } of pods) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** Whether its pods are large enough to be seen. */
export const isOpen = (group: Group, scale: number): boolean => group.cell.size * scale >= OPEN_FROM;

/** Where a pod stands in its tile. */
export function cellOf({ x, y, cell }: Group, index: number): Box {
  const { size, columns, top } = cell;
  return {
    x: x + PAD + (index % columns) * size,
    y: y + top + Math.floor(index / columns) * size,
    w: size,
    h: size,
  };
}

/** The pod at a point of the tile. */
export function podAt(group: Group, x: number, y: number): PodView | undefined {
  const { size, columns, top } = group.cell;
  const [column, row] = [Math.floor((x - group.x - PAD) / size), Math.floor((y - group.y - top) / size)];
  return column < 0 || row < 0 || column >= columns ? undefined : group.pods[row * columns + column];
}

/** The name of the owner, of a Deployment's ReplicaSet without the hash of its template. */
export function groupName({ owner, pods }: Group): string {
  const name = owner.split("/")[1] ?? "without an owner";
  const hash = pods[0]?.labels.find((l) => l.key === "pod-template-hash")?.value;
  return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}
