/**
 * What is different between two pictures of a cluster. What has not changed goes over to the page as its number in the
 * picture before: thousands of pods are not copied anew because one of them is ready now, and the page knows them again.
 */
import type { Topology } from "svcscope";

/** Each item, or its number in the list before; null where the list is the same. */
export type Delta<T> = readonly (T | number)[] | null;

export interface TopologyDelta {
  readonly nodes: Delta<Topology["nodes"][number]>;
  readonly pods: Delta<Topology["pods"][number]>;
  readonly services: Delta<Topology["services"][number]>;
}

export const nothing: Topology = { nodes: [], pods: [], services: [] };

/** What leads from one to the other, which shares with it what has not changed. */
export function deltaOf(before: Topology, after: Topology): TopologyDelta {
  return {
    nodes: listDelta(before.nodes, after.nodes),
    pods: listDelta(before.pods, after.pods),
    services: listDelta(before.services, after.services),
  };
}

export function withDelta(before: Topology, { nodes, pods, services }: TopologyDelta): Topology {
  if (!nodes && !pods && !services) return before;
  return {
    nodes: listWith(before.nodes, nodes),
    pods: listWith(before.pods, pods),
    services: listWith(before.services, services),
  };
}

function listDelta<T extends object>(before: readonly T[], after: readonly T[]): Delta<T> {
  if (before === after) return null;
  const known = new Map(before.map((item, i) => [item, i]));
  return after.map((item) => known.get(item) ?? item);
}

function listWith<T extends object>(before: readonly T[], delta: Delta<T>): T[] {
  if (!delta) return before as T[];
  return delta.flatMap((item) => (typeof item === "number" ? (before[item] ?? []) : item));
}
