/**
 * What a lesson wants of the learner's cluster, as data, and whether the cluster is so. Each answer is the engine's:
 * goals only say what is asked of it. Asking changes nothing: the cluster is afterwards what it was.
 */
import type { Cluster, PodView, Topology } from "svcscope";

export type Labels = Readonly<Record<string, string>>;

/** A whole number, or the least and the most it may be. */
export type Count = number | { readonly min?: number; readonly max?: number };

export type Goal =
  /** So many endpoints of a Service are ready; `only`: each of them is a pod with these labels. */
  | { readonly service: string; readonly ready: Count; readonly only?: Labels }
  /** Of the ready endpoints of a Service, so many in a hundred are pods with these labels. */
  | { readonly service: string; readonly percent: Count; readonly labels: Labels }
  /** So many pods with these labels are ready. */
  | { readonly pods: Labels; readonly ready: Count }
  /** An object has these values; a path goes by dots. */
  | {
      readonly object: readonly [kind: string, name: string];
      readonly has: Readonly<Record<string, unknown>>;
    }
  /** A request is answered; `loadBalancer` stands for the address that Service got. */
  | { readonly answered: { readonly from: string; readonly to: string; readonly port: number } }
  /** A name has a record whose data begins so. */
  | { readonly name: string; readonly from: string; readonly type: string; readonly begins: string }
  /** Every pod with these labels has the variable. */
  | { readonly variable: string; readonly pods: Labels }
  /** So many of the pods that were there in the beginning are gone. */
  | { readonly gone: number };

/** Whether a goal is met, and in a few words what there is instead. */
export interface Finding {
  readonly met: boolean;
  readonly saw: string;
}

/** Namespaces stand before a slash; without one it is `default`. */
const split = (name: string): readonly [namespace: string, name: string] => {
  const [first = "", second] = name.split("/");
  return second === undefined ? ["default", first] : [first, second];
};

/** Judges goals of one cluster; `beginning` are the pods that were there when the lesson began. */
export function judge(cluster: Cluster, goals: readonly Goal[], beginning: ReadonlySet<string>): Finding[] {
  const before = cluster.snapshot();
  try {
    const topology = cluster.topology();
    return goals.map((goal) => {
      try {
        return look(cluster, topology, goal, beginning);
      } catch (error) {
        // There is no such pod yet, for example.
        return { met: false, saw: error instanceof Error ? error.message : String(error) };
      }
    });
  } finally {
    cluster.restore(before);
    before.free();
  }
}

function look(cluster: Cluster, topology: Topology, goal: Goal, beginning: ReadonlySet<string>): Finding {
  if ("percent" in goal) return percent(topology, goal.service, goal.percent, goal.labels);
  if ("service" in goal) return endpoints(topology, goal.service, goal.ready, goal.only ?? {});
  if ("object" in goal) return fields(cluster, goal.object, goal.has);
  if ("answered" in goal) return request(cluster, topology, goal.answered);
  if ("begins" in goal) return record(cluster, goal.name, goal.from, goal.type, goal.begins);
  if ("variable" in goal) return variables(cluster, topology, goal.variable, goal.pods);
  if ("gone" in goal) return gone(topology, goal.gone, beginning);
  const ready = running(topology, goal.pods).filter((p) => p.state === "ready").length;
  return { met: within(ready, goal.ready), saw: String(ready) };
}

const within = (n: number, count: Count): boolean =>
  typeof count === "number"
    ? n === count
    : n >= (count.min ?? 0) && n <= (count.max ?? Number.MAX_SAFE_INTEGER);

const has = (pod: PodView | undefined, labels: Labels): boolean =>
  Object.entries(labels).every(([key, value]) =>
    pod?.labels.some((label) => label.key === key && label.value === value),
  );

const running = (topology: Topology, labels: Labels): PodView[] =>
  topology.pods.filter((p) => p.namespace !== "kube-system" && p.state !== "terminating" && has(p, labels));

/** The pods behind the ready endpoints of a Service. */
function behind(topology: Topology, service: string): (PodView | undefined)[] {
  const [namespace, name] = split(service);
  const found = topology.services.find((s) => s.namespace === namespace && s.name === name);
  const ready = found?.endpoints.filter((e) => e.ready) ?? [];
  const pods = new Map(topology.pods.map((p) => [`${p.namespace}/${p.name}`, p]));
  return ready.map((e) => pods.get(e.pod));
}

function endpoints(topology: Topology, service: string, ready: Count, only: Labels): Finding {
  const pods = behind(topology, service);
  const fitting = pods.filter((pod) => has(pod, only)).length;
  const met = within(pods.length, ready) && fitting === pods.length;
  return { met, saw: fitting === pods.length ? String(pods.length) : `${fitting}/${pods.length}` };
}

function percent(topology: Topology, service: string, wanted: Count, labels: Labels): Finding {
  const pods = behind(topology, service);
  const share = pods.length === 0 ? 0 : (pods.filter((pod) => has(pod, labels)).length * 100) / pods.length;
  return { met: pods.length > 0 && within(share, wanted), saw: `${Math.round(share)} %` };
}

function fields(
  cluster: Cluster,
  [kind, full]: readonly [string, string],
  wanted: Readonly<Record<string, unknown>>,
): Finding {
  const [namespace, name] = split(full);
  const object = cluster.get(kind, name, namespace);
  if (!object) return { met: false, saw: "" };
  const wrong = Object.entries(wanted)
    .map(([path, value]) => ({ path, value, found: at(object, path) }))
    .filter(({ value, found }) => JSON.stringify(found) !== JSON.stringify(value));
  return {
    met: wrong.length === 0,
    saw: wrong
      .map(({ path, found }) => `${path}: ${found === undefined ? "–" : JSON.stringify(found)}`)
      .join(", "),
  };
}

function at(object: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], object);
}

const BALANCER = "loadBalancer ";

function request(
  cluster: Cluster,
  topology: Topology,
  { from, to, port }: { readonly from: string; readonly to: string; readonly port: number },
): Finding {
  const address = to.startsWith(BALANCER) ? balancer(topology, to.slice(BALANCER.length)) : to;
  if (address === undefined) return { met: false, saw: "" };
  const { outcome, summary } = cluster.send({ from, to: address, port });
  return { met: outcome === "answered", saw: summary };
}

function balancer(topology: Topology, service: string): string | undefined {
  const [namespace, name] = split(service);
  return topology.services.find((s) => s.namespace === namespace && s.name === name)?.loadBalancer[0];
}

function record(cluster: Cluster, name: string, from: string, type: string, begins: string): Finding {
  const { records, error } = cluster.resolve({ from, name, type });
  const met = records.some((r) => r.data.startsWith(begins));
  return { met, saw: error ?? records.map((r) => r.data).join(", ") };
}

function variables(cluster: Cluster, topology: Topology, variable: string, labels: Labels): Finding {
  const pods = running(topology, labels).filter((p) => p.state === "ready");
  const known = pods.filter((p) => cluster.variables(p.name, p.namespace)?.[variable] !== undefined).length;
  return { met: pods.length > 0 && known === pods.length, saw: `${known}/${pods.length}` };
}

/** Of the pods that there were in the beginning. */
function gone(topology: Topology, wanted: number, beginning: ReadonlySet<string>): Finding {
  const left = running(topology, {}).filter((p) => beginning.has(p.uid)).length;
  const count = beginning.size - left;
  return { met: count >= wanted, saw: String(count) };
}

/** The pods that there are, by what stays theirs for as long as they live. */
export const podsOf = (cluster: Cluster): ReadonlySet<string> =>
  new Set(running(cluster.topology(), {}).map((p) => p.uid));
