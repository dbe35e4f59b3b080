/** What stands on the stage as an object of the API, and what made it. */
import type { Workload } from "../engine/protocol.ts";
import type { Target } from "../stage/layout.ts";
import type { Ref } from "./act.ts";

/** Names a workload among the others. */
export const workloadKey = (w: Ref): string => `${w.kind}/${w.namespace}/${w.name}`;

export function refOf({ kind, key }: Target): Ref {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  switch (kind) {
    case "node":
      return { kind: "Node", namespace: "", name };
    case "workload":
      return { kind: parts[0] ?? "", namespace: parts[1] ?? "", name };
    default:
      return { kind: kind === "pod" ? "Pod" : "Service", namespace: parts[0] ?? "", name };
  }
}

/** The workload that a pod belongs to. */
export function makerOf(
  pod: { namespace: string; owner: string },
  workloads: readonly Workload[],
): Workload | null {
  const [kind, name] = pod.owner.split("/");
  const own = (w: Workload) =>
    w.namespace === pod.namespace &&
    ((w.kind === kind && w.name === name) || (kind === "ReplicaSet" && w.sets.includes(name ?? "")));
  return workloads.find(own) ?? null;
}
