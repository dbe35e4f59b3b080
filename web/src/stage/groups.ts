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
/** A pod takes at least so much of the tile, on a side. */
const LEAST_CELL = 3;
/** From this size on, in the room, a pod is worth drawing and clicking. */
const OPEN_FROM = 6;

/** The tiles of a node's pods, one below the other. */
export function groupsOf(pods: readonly PodView[], x: number, y: number, w: number, gap: number): Group[] {
  const byOwner = new Map<string, PodView[]>();
  for (const pod of pods) {
    const own = byOwner.get(pod.owner);
    if (own) own.push(pod);
    else byOwner.set(pod.owner, [pod]);
  }
  let top = y;
  return [...byOwner].map(([owner, own]) => {
    const inner = w - 2 * PAD;
    const columns = Math.max(1, Math.min(own.length, Math.floor(inner / LEAST_CELL)));
    const size = Math.min(12, inner / columns);
    const h = HEAD + Math.ceil(own.length / Math.floor(inner / size)) * size + PAD;
    const group = {
      owner,
      pods: own,
      states: countsOf(own),
      cell: { size, columns: Math.floor(inner / size), top: HEAD },
      x,
      y: top,
      w,
      h,
    };
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

/** `ReplicaSet/web-5d9c7` is `web-5d9c7`. */
export const groupName = (group: Group): string => group.owner.split("/")[1] ?? "without an owner";
