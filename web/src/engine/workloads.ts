/** What makes pods in a cluster, kept up with what is written. */
import type { Changes, Cluster, KubernetesObject } from "svcscope";
import { workloadKey } from "../acts/target.ts";
import type { Workload } from "./protocol.ts";

const KINDS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] as const;

export interface Workloads {
  readonly list: readonly Workload[];
  follow(changes: Changes): void;
  /** Looks at the cluster anew. */
  read(): void;
}

export function workloadsOf(cluster: Cluster): Workloads {
  const all = new Map<string, Workload>();
  /** Names of ReplicaSets, and the Deployments that own them. */
  const sets = new Map<string, string>();
  let list: readonly Workload[] = [];

  const put = (object: KubernetesObject): void => {
    const { kind, metadata, spec, status } = object as unknown as Raw;
    const owner = metadata.ownerReferences?.find((o) => o.controller)?.name;
    if (kind === "ReplicaSet" && owner !== undefined) {
      sets.set(`${metadata.namespace}/${metadata.name}`, owner);
      return;
    }
    const workload: Workload = {
      kind,
      namespace: metadata.namespace,
      name: metadata.name,
      replicas: spec.replicas ?? status?.desiredNumberScheduled ?? 0,
      ready: status?.readyReplicas ?? status?.numberReady ?? 0,
      revision: metadata.annotations?.["deployment.kubernetes.io/revision"] ?? status?.updateRevision ?? "",
      images: spec.template.spec.containers.map(({ name, image }) => ({ container: name, image })),
      sets: [],
    };
    all.set(workloadKey(workload), workload);
  };
  const finish = (): void => {
    list = [...all.values()].filter((w) => w.namespace !== "kube-system").map((w) => withSets(w, sets));
  };

  const self: Workloads = {
    get list() {
      return list;
    },
    follow({ changes, missed }) {
      if (missed) return self.read();
      const own = changes.filter((c) => (KINDS as readonly string[]).includes(c.kind));
      for (const change of own) {
        const { namespace, name } = (change.object as unknown as Raw).metadata;
        if (change.type !== "deleted") put(change.object);
        else if (!all.delete(workloadKey({ kind: change.kind, namespace, name })))
          sets.delete(`${namespace}/${name}`);
      }
      if (own.length > 0) finish();
    },
    read() {
      all.clear();
      sets.clear();
      // Items of a list do not say their kind.
      for (const kind of KINDS) for (const object of cluster.list(kind)) put({ ...object, kind });
      finish();
    },
  };
  self.read();
  return self;
}

interface Raw {
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly name: string; readonly controller?: boolean }[];
  };
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly { name: string; image: string }[] } };
  };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly numberReady?: number;
    readonly desiredNumberScheduled?: number;
    readonly updateRevision?: string;
  };
}

function withSets(workload: Workload, sets: ReadonlyMap<string, string>): Workload {
  if (workload.kind !== "Deployment") return workload;
  const own = [...sets].filter(
    ([key, owner]) => owner === workload.name && key.startsWith(`${workload.namespace}/`),
  );
  return { ...workload, sets: own.map(([key]) => key.split("/")[1] ?? "") };
}
