/** What happened, as marks on the line of time: told by how the picture differs from the one before. */
import type { PodView, ServiceView, Topology } from "svcscope";
import { makerOf, workloadKey } from "../acts/target.ts";
import { isOwn, podKey, serviceKey, type Target } from "../stage/layout.ts";
import type { Moment, Workload } from "./protocol.ts";

/** Nobody reads further back. */
const MOST = 400;
/** Of the same thing only the last is kept, if they are as near as this. */
const NEAR_MS = 2000;

export interface Moments {
  list: readonly Moment[];
  add(time: number, what: Moment["what"], text: string, about?: Target | null): void;
  /** Looks at what is different. */
  compare(time: number, before: Seen, after: Seen): void;
  /** What comes after `time` has not happened. */
  forget(time: number): void;
}

/** What is looked at. */
export interface Seen {
  readonly topology: Topology;
  readonly workloads: readonly Workload[];
}

export function moments(): Moments {
  let list: readonly Moment[] = [];
  let count = 0;

  const add: Moments["add"] = (time, what, text, about = null) => put(time, what, () => text, about, 1);

  /** Of the same thing a little later there is one mark, which counts. */
  const put = (
    time: number,
    what: Moment["what"],
    text: (count: number) => string,
    about: Target | null,
    more: number,
  ) => {
    // What was done by hand parts what happened before from what it led to.
    const cut = list.findIndex((m) => m.what === "act" || m.what === "manifest");
    const lately = cut < 0 ? list : list.slice(0, cut);
    const near = lately.find((m) => m.time > time - NEAR_MS && m.what === what && same(m.about, about));
    const before = about === null || what === "act" ? undefined : near;
    const number = (before?.count ?? 0) + more;
    const moment = { id: ++count, time, what, text: text(number), about, count: number };
    list = [moment, ...list.filter((m) => m !== before)].slice(0, MOST);
  };

  return {
    get list() {
      return list;
    },
    set list(to) {
      list = to;
    },
    add,
    compare(time, before, after) {
      rollouts(before.workloads, after.workloads, (text, about) => add(time, "rollout", text, about));
      if (before.topology === after.topology) return;
      readiness(before.topology.pods, after, (what, text, about, count) =>
        put(time, what, text, about, count),
      );
      endpoints(before.topology.services, after.topology.services, (text, about) =>
        add(time, "endpoints", text, about),
      );
      nodes(before.topology, after.topology, (what, text, about) => add(time, what, text, about));
    },
    forget(time) {
      list = list.filter((m) => m.time <= time);
    },
  };
}

const same = (a: Target | null, b: Target | null): boolean => a?.kind === b?.kind && a?.key === b?.key;

function rollouts(
  before: readonly Workload[],
  after: readonly Workload[],
  tell: (text: string, about: Target) => void,
): void {
  if (before === after) return;
  const known = new Map(before.map((w) => [workloadKey(w), w]));
  for (const workload of after) {
    const was = known.get(workloadKey(workload));
    if (was === workload) continue;
    const about: Target = { kind: "workload", key: workloadKey(workload) };
    if (was && was.revision !== workload.revision && was.revision !== "") {
      tell(`${workload.name} rolls out revision ${workload.revision}`, about);
    } else if (was && was.replicas !== workload.replicas) {
      tell(`${workload.name} is asked for ${workload.replicas} instead of ${was.replicas}`, about);
    }
  }
}

/** Pods that have become ready or have ceased to be, those of one workload in one line. */
function readiness(
  before: readonly PodView[],
  { topology, workloads }: Seen,
  tell: (what: "ready" | "unready", text: (count: number) => string, about: Target, count: number) => void,
): void {
  const known = new Map(before.map((pod) => [podKey(pod), pod]));
  const groups = { ready: new Map<string, PodView[]>(), unready: new Map<string, PodView[]>() };
  for (const pod of topology.pods) {
    const was = known.get(podKey(pod));
    if (was === pod || !isOwn(pod)) continue;
    const what = pod.state === "ready" ? "ready" : "unready";
    const changed = pod.state === "ready" ? was?.state !== "ready" : was?.state === "ready";
    if (!changed) continue;
    const owner = pod.owner === "" ? podKey(pod) : `${pod.namespace}/${pod.owner}`;
    groups[what].set(owner, [...(groups[what].get(owner) ?? []), pod]);
  }
  for (const what of ["ready", "unready"] as const) {
    for (const pods of groups[what].values()) {
      const [first] = pods;
      if (!first) continue;
      const maker = makerOf(first, workloads);
      const state = what === "ready" ? "ready" : first.state === "terminating" ? "terminating" : "not ready";
      const about: Target = maker
        ? { kind: "workload", key: workloadKey(maker) }
        : { kind: "pod", key: podKey(first) };
      const many = maker ? ` of ${maker.name}` : "";
      const text = (n: number) => (n === 1 ? `${first.name} is ${state}` : `${n} pods${many} are ${state}`);
      tell(what, text, about, pods.length);
    }
  }
}

function endpoints(
  before: readonly ServiceView[],
  after: readonly ServiceView[],
  tell: (text: string, about: Target) => void,
): void {
  const known = new Map(before.map((service) => [serviceKey(service), service]));
  for (const service of after) {
    const was = known.get(serviceKey(service));
    if (was === service || !isOwn(service)) continue;
    const [ready, all] = [service.endpoints.filter((e) => e.ready).length, service.endpoints.length];
    if (was && was.endpoints.filter((e) => e.ready).length === ready && was.endpoints.length === all)
      continue;
    if (!was && all === 0) continue;
    const about: Target = { kind: "service", key: serviceKey(service) };
    tell(
      all === 0 ? `${service.name} has no endpoints` : `${service.name}: ${ready} of ${all} endpoints ready`,
      about,
    );
  }
}

function nodes(
  before: Topology,
  after: Topology,
  tell: (what: "ready" | "unready", text: string, about: Target) => void,
): void {
  const known = new Map(before.nodes.map((node) => [node.name, node]));
  for (const node of after.nodes) {
    const was = known.get(node.name);
    if (!was || was === node) continue;
    const about: Target = { kind: "node", key: node.name };
    if (was.cordoned !== node.cordoned) {
      tell(
        node.cordoned ? "unready" : "ready",
        `${node.name} is ${node.cordoned ? "cordoned" : "open again"}`,
        about,
      );
    }
    if (was.ready !== node.ready) {
      tell(node.ready ? "ready" : "unready", `${node.name} is ${node.ready ? "ready" : "not ready"}`, about);
    }
  }
}
