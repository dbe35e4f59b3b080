/** Acts as requests to the API server: the same that kubectl makes. */
import type { Cluster, KubernetesObject } from "svcscope";
import type { Act, Ref } from "../acts/act.ts";

/** The server does not do it, and says why. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Does it; throws {@link Refused} if the API server refuses. */
export function perform(cluster: Cluster, act: Act): void {
  switch (act.act) {
    case "delete":
      call(cluster, "DELETE", pathOf(act.of));
      break;
    case "cordon":
    case "uncordon":
      merge(cluster, act.of, { spec: { unschedulable: act.act === "cordon" || null } });
      break;
    case "drain":
      merge(cluster, act.of, { spec: { unschedulable: true } });
      evict(cluster, act.of.name);
      break;
    case "scale":
      merge(cluster, act.of, { spec: { replicas: act.replicas } }, "/scale");
      break;
    case "image": {
      const containers = [{ name: act.container, image: act.image }];
      strategic(cluster, act.of, { spec: { template: { spec: { containers } } } }, "kubectl-set");
      break;
    }
    case "restart": {
      const annotations = { "kubectl.kubernetes.io/restartedAt": new Date(cluster.now).toISOString() };
      strategic(cluster, act.of, { spec: { template: { metadata: { annotations } } } }, "kubectl-rollout");
      break;
    }
    case "roll back":
      rollBack(cluster, act.of);
      break;
    case "selector": {
      const value = act.selector;
      json(cluster, act.of, [{ op: "add", path: "/spec/selector", value }], "kubectl-set");
      break;
    }
    case "label":
      merge(cluster, act.of, { metadata: { labels: { [act.key]: act.value } } });
      break;
    case "annotate":
      merge(cluster, act.of, { metadata: { annotations: { [act.key]: act.value } } });
      break;
    case "spec":
      strategic(cluster, act.of, { spec: act.spec }, "kubectl-patch");
      break;
    case "patch":
      json(cluster, act.of, act.operations, "kubectl-patch");
  }
}

/** Kind: where the API has it, and what it is called there. */
const RESOURCES: Readonly<Record<string, readonly [group: string, resource: string]>> = {
  Pod: ["api/v1", "pods"],
  Service: ["api/v1", "services"],
  Node: ["api/v1", "nodes"],
  Namespace: ["api/v1", "namespaces"],
  Endpoints: ["api/v1", "endpoints"],
  ReplicationController: ["api/v1", "replicationcontrollers"],
  Deployment: ["apis/apps/v1", "deployments"],
  ReplicaSet: ["apis/apps/v1", "replicasets"],
  StatefulSet: ["apis/apps/v1", "statefulsets"],
  DaemonSet: ["apis/apps/v1", "daemonsets"],
  Job: ["apis/batch/v1", "jobs"],
  EndpointSlice: ["apis/discovery.k8s.io/v1", "endpointslices"],
  Ingress: ["apis/networking.k8s.io/v1", "ingresses"],
  NetworkPolicy: ["apis/networking.k8s.io/v1", "networkpolicies"],
};

function pathOf({ kind, namespace, name }: Ref): string {
  const known = RESOURCES[kind];
  if (!known) throw new Refused(`There is no act for a ${kind}.`);
  const [group, resource] = known;
  return `/${group}${namespace === "" ? "" : `/namespaces/${namespace}`}/${resource}/${name}`;
}

const merge = (cluster: Cluster, of: Ref, body: unknown, subresource = ""): void =>
  patch(cluster, of, "merge-patch", body, subresource);

const strategic = (cluster: Cluster, of: Ref, body: unknown, manager: string): void =>
  patch(cluster, of, "strategic-merge-patch", body, `?fieldManager=${manager}`);

const json = (cluster: Cluster, of: Ref, body: unknown, manager: string): void =>
  patch(cluster, of, "json-patch", body, `?fieldManager=${manager}`);

function patch(cluster: Cluster, of: Ref, type: string, body: unknown, rest: string): void {
  call(cluster, "PATCH", `${pathOf(of)}${rest}`, body, `application/${type}+json`);
}

function call(
  cluster: Cluster,
  method: string,
  path: string,
  body?: unknown,
  type = "application/json",
): void {
  const answer = cluster.request({
    method,
    path,
    headers: { "content-type": type, accept: "application/json", "user-agent": "kubectl" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (answer.code >= 400) throw new Refused(messageOf(answer.body));
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}

interface Owned {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: { readonly nodeName?: string; readonly template?: Template };
}

interface Template {
  readonly metadata: { readonly labels?: Record<string, string> };
}

const owned = (object: KubernetesObject): Owned => object as unknown as Owned;

/** All pods of the node but those of DaemonSets and the node's own, as `kubectl drain` does. */
function evict(cluster: Cluster, node: string): void {
  const stays = (kind: string | undefined) => kind === "DaemonSet" || kind === "Node";
  const refused: string[] = [];
  for (const pod of cluster.list("Pod").map(owned)) {
    if (pod.spec.nodeName !== node || pod.metadata.ownerReferences?.some((o) => stays(o.kind))) continue;
    const { name, namespace } = pod.metadata;
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    try {
      call(cluster, "POST", `${pathOf({ kind: "Pod", namespace, name })}/eviction`, body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(`${name}: ${error.message}`);
    }
  }
  const [first] = refused;
  if (first) throw new Refused(refused.length === 1 ? first : `${first} (and ${refused.length - 1} more)`);
}

const REVISION = "deployment.kubernetes.io/revision";

/** The template of the revision before, as `kubectl rollout undo` puts it back. */
function rollBack(cluster: Cluster, of: Ref): void {
  const revision = (set: Owned) => Number(set.metadata.annotations?.[REVISION] ?? 0);
  const sets = cluster
    .list("ReplicaSet", of.namespace)
    .map(owned)
    .filter((set) => set.metadata.ownerReferences?.some((o) => o.kind === of.kind && o.name === of.name))
    .sort((a, b) => revision(b) - revision(a));
  const template = sets[1]?.spec.template;
  if (!template) throw new Refused(`no rollout history found for deployment "${of.name}"`);
  const { "pod-template-hash": _, ...labels } = template.metadata.labels ?? {};
  const value = { ...template, metadata: { ...template.metadata, labels } };
  json(cluster, of, [{ op: "replace", path: "/spec/template", value }], "kubectl-rollout");
}
