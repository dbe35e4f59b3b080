/** Sides of an object: what kubectl prints of it, and what the cluster makes of it. */
import type { Cluster, KubernetesObject, SendResult } from "svcscope";
import type { Ref } from "../acts/act.ts";
import { refOf } from "../acts/target.ts";
import { diagnoses } from "./findings.ts";
import type { Calls, Lookup, Manager, Reach, Side, Slice, SliceEndpoint } from "./protocol.ts";
import { hitsOf } from "./rules.ts";

type Question = Calls["inspect"]["args"];

/** The object, and the side of it that is asked for; null if it is gone. */
export function inspect(
  cluster: Cluster,
  question: Question,
  traces: readonly SendResult[],
): Calls["inspect"]["answer"] {
  const of = refOf(question.target);
  const object = cluster.get(of.kind, of.name, of.namespace);
  return object ? { object: bare(object), side: sideOf(cluster, of, object, question, traces) } : null;
}

function sideOf(
  cluster: Cluster,
  of: Ref,
  object: KubernetesObject,
  { side, mode, family }: Question,
  traces: readonly SendResult[],
): Side {
  switch (side) {
    case "yaml":
      return {
        side,
        text: cluster.getYaml(of.kind, of.name, of.namespace) ?? "",
        managers: managers(object),
      };
    case "endpoints":
      return { side, slices: slices(cluster, of) };
    case "dns":
      return { side, ...records(cluster, of) };
    case "rules": {
      const text = cluster.rules({ node: of.name, family, mode }) ?? "";
      return { side, text, hits: hitsOf(text, of.name, mode, traces) };
    }
    case "environment":
      return { side, variables: Object.entries(cluster.variables(of.name, of.namespace) ?? {}) };
    case "reach":
      return { side, rows: reach(cluster, object) };
    case "findings":
      return { side, findings: diagnoses(cluster, `${of.namespace}/${of.name}`) };
    case "events":
      return { side };
  }
}

interface Raw {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly {
      readonly manager: string;
      readonly operation: string;
      readonly time?: string;
      readonly fieldsV1?: Fields;
    }[];
  };
}

type Fields = { readonly [key: string]: Fields };

/** Without what only the server reads. */
function bare(object: KubernetesObject): KubernetesObject {
  const { managedFields: _, ...metadata } = (object as unknown as Raw).metadata;
  return { ...object, metadata } as unknown as KubernetesObject;
}

function managers(object: KubernetesObject): Manager[] {
  const all = (object as unknown as Raw).metadata.managedFields ?? [];
  return all.map(({ manager, operation, time = "", fieldsV1 }) => ({
    manager,
    operation,
    time,
    fields: paths(fieldsV1 ?? {}),
  }));
}

/** `f:spec: {f:type: {}}` as `spec.type`. */
function paths(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (key === ".") return [];
    const name = key.replace(/^[fkv]:/, "");
    const below = paths(inner);
    return below.length === 0 ? [name] : below.map((path) => `${name}.${path}`);
  });
}

const SERVICE_NAME = "kubernetes.io/service-name";

interface RawSlice extends Raw {
  readonly addressType: string;
  readonly ports?:
    | readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
    | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: {
          readonly ready?: boolean;
          readonly serving?: boolean;
          readonly terminating?: boolean;
        };
        readonly nodeName?: string;
        readonly zone?: string;
        readonly targetRef?: { readonly kind: string; readonly namespace: string; readonly name: string };
        readonly hints?: {
          readonly forZones?: readonly { readonly name: string }[];
          readonly forNodes?: readonly { readonly name: string }[];
        };
      }[]
    | null;
}

function slices(cluster: Cluster, service: Ref): Slice[] {
  const all = cluster.list("EndpointSlice", service.namespace) as unknown as RawSlice[];
  const own = all.filter((slice) => slice.metadata.labels?.[SERVICE_NAME] === service.name);
  return own.map((slice) => ({
    name: slice.metadata.name,
    addressType: slice.addressType,
    ports: (slice.ports ?? []).map((p) => `${p.name ? `${p.name} ` : ""}${p.port}/${p.protocol}`).join(", "),
    endpoints: (slice.endpoints ?? []).map(
      (e): SliceEndpoint => ({
        address: e.addresses.join(", "),
        pod: e.targetRef?.kind === "Pod" ? `${e.targetRef.namespace}/${e.targetRef.name}` : "",
        node: e.nodeName ?? "",
        zone: e.zone ?? "",
        ready: e.conditions?.ready ?? true,
        serving: e.conditions?.serving ?? e.conditions?.ready ?? true,
        terminating: e.conditions?.terminating ?? false,
        hints: [
          ...(e.hints?.forZones ?? []).map((z) => `zone ${z.name}`),
          ...(e.hints?.forNodes ?? []).map((n) => n.name),
        ],
      }),
    ),
  }));
}

/** As a pod finds them: names are known to nobody else. */
function records(cluster: Cluster, of: Ref): { records: Lookup["records"]; asker: string } {
  const pods = cluster.topology().pods.filter((p) => p.state === "ready");
  const asker = pods.find((p) => p.namespace !== "kube-system") ?? pods[0];
  if (!asker) return { records: [], asker: "" };
  const from = `pod/${asker.namespace}/${asker.name}`;
  const name = `${of.name}.${of.namespace}.svc.cluster.local.`;
  const found = ["A", "AAAA", "SRV"].flatMap((type) => cluster.resolve({ from, name, type }).records);
  return { records: found, asker: from };
}

/** What a resolver in a pod does with a name. */
export function resolve(cluster: Cluster, question: Calls["resolve"]["args"]): Lookup {
  const { records: found, error, steps } = cluster.resolve(question);
  return {
    records: found,
    error: error ?? "",
    steps: steps.map(({ text, query }) =>
      query ? `${text}${query.answers.length > 0 ? ` ${query.answers.join("; ")}` : ""}` : text,
    ),
  };
}

interface RawService {
  readonly spec: {
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  };
}

/** Lets a client on each node ask for the Service; the cluster remembers nothing of it. */
function reach(cluster: Cluster, object: KubernetesObject): Reach[] {
  const { clusterIP, ports } = (object as unknown as RawService).spec;
  const [port] = ports ?? [];
  if (!clusterIP || clusterIP === "None" || !port) return [];
  const before = cluster.snapshot();
  const request = { to: clusterIP, port: port.port, protocol: port.protocol ?? "TCP" };
  const rows = cluster.topology().nodes.map(({ name, zone }): Reach => {
    const { steps, summary } = cluster.send({ ...request, from: `node/${name}` });
    const candidates = steps.find((s) => s.what === "endpoints")?.candidates ?? [];
    const dropped: Record<string, number> = {};
    const kept: string[] = [];
    for (const { dropped: reason, object: pod } of candidates) {
      if (reason !== undefined) dropped[reason] = (dropped[reason] ?? 0) + 1;
      else if (pod) kept.push(`${pod.namespace}/${pod.name}`);
    }
    return { node: name, zone, kept, dropped, summary };
  });
  cluster.restore(before);
  before.free();
  return rows;
}
