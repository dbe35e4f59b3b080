/**
 * What `kubectl get -o yaml` prints of a real cluster, as manifests for another one: without what the API server and
 * the controllers have added and would refuse or do again. Only text that looks like such a dump is touched.
 */
import { block, children, type Lines, objectsOf, scalar, without } from "./outline.ts";

/** Manifests, and what was left out of them, in words. */
export interface Tidied {
  readonly text: string;
  readonly notes: readonly string[];
}

/** The API server writes these, and nobody else. */
const WRITTEN_BY_THE_SERVER = [
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "generation",
  "managedFields",
  "selfLink",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "ownerReferences",
];
const ANNOTATIONS_OF_TOOLS = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "control-plane.alpha.kubernetes.io/leader",
];
/** What the scheduler and the admission of another cluster have decided. */
const DECIDED: Readonly<Record<string, readonly string[]>> = {
  Pod: ["nodeName", "priority", "preemptionPolicy", "enableServiceLinks", "serviceAccount"],
};

const OF_THE_CLUSTER = new Set(["kube-system", "kube-public", "kube-node-lease"]);
/** What every cluster has of its own. */
const ITS_OWN = new Set([
  "Service default/kubernetes",
  "EndpointSlice default/kubernetes",
  "Endpoints default/kubernetes",
  "Namespace default",
]);
const ITS_OWN_NAMES = new Set(["ConfigMap kube-root-ca.crt", "ServiceAccount default"]);
const PASSING = new Set(["Event", "Lease", "Node", "PodMetrics", "NodeMetrics"]);

interface Item {
  readonly lines: Lines;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly owners: readonly string[];
}

export function tidy(text: string): Tidied {
  const items = objectsOf(text).map(itemOf);
  const all = new Set(items.map((item) => `${item.kind} ${item.namespace}/${item.name}`));
  const selecting = new Set(
    items.filter((i) => i.kind === "Service" && block(i.lines, ["spec", "selector"])).map(place),
  );
  const left = new Map<string, Map<string, number>>();
  const kept: Item[] = [];
  for (const item of items) {
    const reason = reasonToLeave(item, all, selecting);
    if (reason === "") kept.push(item);
    else {
      const kinds = left.get(reason) ?? new Map<string, number>();
      left.set(reason, kinds.set(item.kind, (kinds.get(item.kind) ?? 0) + 1));
    }
  }
  const documents = [
    ...missingNamespaces(items, kept),
    ...kept.map((item) => clean(item).join("\n").trimEnd()),
  ];
  const notes = [...left].map(([reason, kinds]) => `Left out: ${counted(kinds)} (${reason})`);
  return { text: `${documents.join("\n---\n")}\n`, notes };
}

const place = (item: Item): string => `${item.namespace}/${item.name}`;

function itemOf(lines: Lines): Item {
  const owners = block(lines, ["metadata", "ownerReferences"]) ?? [];
  return {
    lines,
    kind: scalar(lines, ["kind"]),
    name: scalar(lines, ["metadata", "name"]),
    namespace: scalar(lines, ["metadata", "namespace"]),
    owners: ownersIn(owners),
  };
}

/** `Kind name` of each. */
function ownersIn(lines: Lines): string[] {
  const value = (line: string | undefined) => line?.replace(/^[\s-]*\w+:\s*/, "").replace(/^"|"$/g, "") ?? "";
  const kinds = lines.filter((line) => /^[\s-]*kind:/.test(line)).map(value);
  const names = lines.filter((line) => /^[\s-]*name:/.test(line)).map(value);
  return kinds.map((kind, i) => `${kind} ${names[i] ?? ""}`);
}

function reasonToLeave(item: Item, all: ReadonlySet<string>, selecting: ReadonlySet<string>): string {
  const { kind, name, namespace } = item;
  if (PASSING.has(kind)) return "this cluster has its own";
  if (OF_THE_CLUSTER.has(namespace) || (kind === "Namespace" && OF_THE_CLUSTER.has(name))) {
    return "part of the cluster itself";
  }
  if (ITS_OWN.has(namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`))
    return "every cluster has it";
  if (ITS_OWN_NAMES.has(`${kind} ${name}`)) return "every namespace has it";
  const owned = item.owners.some((owner) => {
    const [ownerKind = "", ownerName = ""] = owner.split(" ");
    return all.has(`${ownerKind} ${namespace}/${ownerName}`) || all.has(`${ownerKind} /${ownerName}`);
  });
  if (owned) return "their owners make them again";
  if (kind === "Endpoints" && selecting.has(place(item))) return "their Services make them again";
  return "";
}

function clean(item: Item): Lines {
  let { lines } = item;
  lines = without(lines, [], ["status"]);
  lines = without(lines, ["metadata"], WRITTEN_BY_THE_SERVER);
  lines = without(lines, ["metadata", "annotations"], ANNOTATIONS_OF_TOOLS);
  if (children(lines, ["metadata", "annotations"]).length === 0)
    lines = without(lines, ["metadata"], ["annotations"]);
  lines = without(lines, ["spec"], DECIDED[item.kind] ?? []);
  return without(lines, ["spec", "template", "metadata"], ["creationTimestamp"]);
}

/** A dump of one namespace does not have the namespace itself. */
function missingNamespaces(items: readonly Item[], kept: readonly Item[]): string[] {
  const there = new Set(items.filter((i) => i.kind === "Namespace").map((i) => i.name));
  const used = new Set(kept.map((i) => i.namespace));
  return [...used]
    .filter((name) => name !== "" && name !== "default" && !there.has(name))
    .map((name) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}`);
}

const counted = (kinds: ReadonlyMap<string, number>): string =>
  [...kinds].map(([kind, n]) => (n === 1 ? `1 ${kind}` : `${n} ${plural(kind)}`)).join(", ");

const plural = (kind: string): string => (kind.endsWith("s") ? kind : `${kind}s`);

/** The manifests without the cluster IPs of the Service that stands at an offset: this cluster has other ones. */
export function withoutClusterIp(text: string, offset: number): string {
  const start = text.lastIndexOf("\n---\n", offset);
  const from = start < 0 ? 0 : start + "\n---\n".length;
  const end = text.indexOf("\n---\n", offset);
  const to = end < 0 ? text.length : end;
  const lines = without(text.slice(from, to).split("\n"), ["spec"], ["clusterIP", "clusterIPs"]);
  return text.slice(0, from) + lines.join("\n") + text.slice(to);
}
