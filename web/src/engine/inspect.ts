/** Sides of an object: what kubectl prints of it, and what the cluster makes of it. */
import type { Cluster, EndpointView } from "svcscope";
import type { Target } from "../stage/layout.ts";
import type { Aspect } from "./protocol.ts";

/** The first is the object itself. Of something that is gone there are none. */
export function aspectsOf(cluster: Cluster, target: Target): Aspect[] {
  const [namespace = "", name = ""] = target.kind === "node" ? ["", target.key] : target.key.split("/");
  const aspects: Aspect[] = [];
  const add = (title: string, text: string | undefined) => {
    if (text !== undefined && text !== "") aspects.push({ title, text });
  };
  switch (target.kind) {
    case "pod":
      add("YAML", cluster.getYaml("Pod", name, namespace));
      add("Environment", environment(cluster, name, namespace));
      break;
    case "service":
      add("YAML", cluster.getYaml("Service", name, namespace));
      add("Endpoints", endpoints(cluster, target.key));
      add("EndpointSlices", slices(cluster, name, namespace));
      add("DNS", records(cluster, name, namespace));
      break;
    case "node":
      add("YAML", cluster.getYaml("Node", name));
      add("Rules", cluster.rules(name));
      break;
  }
  return aspects;
}

function environment(cluster: Cluster, name: string, namespace: string): string {
  const variables = Object.entries(cluster.variables(name, namespace) ?? {});
  return variables.map(([key, value]) => `${key}=${value}`).join("\n");
}

function endpoints(cluster: Cluster, key: string): string {
  const all = cluster.topology().services.find((s) => `${s.namespace}/${s.name}` === key)?.endpoints ?? [];
  const width = Math.max(0, ...all.map((e) => e.address.length));
  return all
    .map((e) => `${e.address.padEnd(width)}  ${stateOf(e).padEnd(11)}  ${e.pod}`.trimEnd())
    .join("\n");
}

const stateOf = (e: EndpointView): string =>
  e.terminating ? "terminating" : e.ready ? "ready" : "not ready";

const SERVICE_NAME = "kubernetes.io/service-name";

function slices(cluster: Cluster, service: string, namespace: string): string {
  const own = cluster.list("EndpointSlice", namespace).flatMap((slice) => {
    const { name, labels } = slice.metadata as { name: string; labels?: Record<string, string> };
    return labels?.[SERVICE_NAME] === service ? [name] : [];
  });
  return own.map((name) => cluster.getYaml("EndpointSlice", name, namespace) ?? "").join("---\n");
}

/** As a pod finds them: names are known to nobody else. */
function records(cluster: Cluster, service: string, namespace: string): string {
  const { pods } = cluster.topology();
  const asker = pods.find((p) => p.state === "ready" && p.namespace !== "kube-system");
  if (!asker) return "";
  const from = `pod/${asker.namespace}/${asker.name}`;
  const name = `${service}.${namespace}.svc.cluster.local.`;
  const lines = ["A", "AAAA", "SRV"].flatMap((type) =>
    cluster.resolve({ from, name, type }).records.map((r) => `${r.name}  ${r.ttl}  IN  ${r.type}  ${r.data}`),
  );
  return lines.length > 0 ? lines.join("\n") : `${name} has no records.`;
}
