/** What stands on cards and tiles: short, and in the words of Kubernetes. */
import type { PodView, ServiceView } from "svcscope";

/** A pod's name without what it shares with its siblings: `x7k2p` of `web-5d9c-x7k2p`. */
export function shortName(pod: PodView): string {
  const owner = pod.owner.split("/")[1] ?? "";
  return owner !== "" && pod.name.startsWith(`${owner}-`) ? pod.name.slice(owner.length + 1) : pod.name;
}

/** What a Service's card says below its name: what, and its value. */
export function rowsOf(service: ServiceView): readonly (readonly [string, string])[] {
  if (service.type === "ExternalName") return [["name", service.externalName]];
  const headless = service.clusterIPs[0] === "None";
  const addresses = headless ? "headless" : service.clusterIPs.join(", ") || "none yet";
  const outside = service.pending
    ? "<pending>"
    : [...service.loadBalancer, ...service.externalIPs].join(", ");
  return [
    ["IP", addresses],
    ...(outside === "" ? [] : [["external", outside] as const]),
    ...service.ports.flatMap((p) => {
      const protocol = p.protocol === "TCP" ? "" : ` ${p.protocol}`;
      const own = ["port", `${p.port} → ${p.targetPort}${protocol}`] as const;
      return p.nodePort > 0 ? [own, ["node port", String(p.nodePort)] as const] : [own];
    }),
  ];
}

/**
 * The one label for whose sake a Service does not select a pod, or null if it selects it, or if more differs than one.
 * Among pods of other apps nobody looks for a reason: something has to match, or the Service has to be without any.
 */
export function nearMiss(service: ServiceView, pod: PodView): string | null {
  if (service.selector.length === 0 || service.namespace !== pod.namespace) return null;
  const labels = new Map(pod.labels.map((l) => [l.key, l.value]));
  const differs = service.selector.filter((l) => labels.get(l.key) !== l.value);
  const [wanted] = differs;
  if (!wanted || differs.length > 1) return null;
  const has = labels.get(wanted.key);
  const alone = service.selector.length === 1;
  if (alone && (has === undefined || service.endpoints.length > 0)) return null;
  return has === undefined ? `no label ${wanted.key}` : `${wanted.key}: ${has} ≠ ${wanted.value}`;
}

/** Labels that the cluster sets itself, by their names or their domains. */
const OWN = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "job-name",
  "controller-uid",
  "topology.kubernetes.io",
  "statefulset.kubernetes.io",
  "apps.kubernetes.io",
  "batch.kubernetes.io",
]);

/** The label by which pods can be told apart, such as `version`; empty if there is none. */
export function tellingLabel(pods: readonly PodView[]): string {
  const values = new Map<string, Set<string>>();
  for (const pod of pods) {
    for (const { key, value } of pod.labels) {
      if (!OWN.has(key.split("/")[0] ?? key)) values.set(key, (values.get(key) ?? new Set()).add(value));
    }
  }
  return [...values].find(([, set]) => set.size > 1)?.[0] ?? "";
}
