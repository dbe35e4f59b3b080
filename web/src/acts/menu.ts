/** What can be done to something, as menus and the palette offer it. */
import type { KubernetesObject, Topology } from "svcscope";
import type { Workload } from "../engine/protocol.ts";
import type { Target } from "../stage/layout.ts";
import { type Act, labelsOf, labelsText, type Ref } from "./act.ts";
import { refOf } from "./target.ts";

/** Something to do: at once, or after a value was given. */
export interface Item {
  readonly title: string;
  readonly act?: Act;
  readonly form?: Form;
}

export interface Form {
  /** What the value is. */
  readonly label: string;
  readonly value: string;
  /** If it is one of these. */
  readonly choices?: readonly string[];
  readonly number?: boolean;
  /** What it becomes with a value; null as long as the value is none. */
  make(value: string): Act | null;
}

/** What menus know. */
export interface Known {
  readonly topology: Topology;
  readonly workloads: readonly Workload[];
  /** The object itself, where it has been read. */
  readonly object?: KubernetesObject | null;
}

export function itemsFor(target: Target, known: Known): readonly Item[] {
  const of = refOf(target);
  switch (target.kind) {
    case "pod":
      return [...ofPod(of, known), label(of)];
    case "service":
      return [...ofService(of, known), { title: "Delete", act: { act: "delete", of } }];
    case "node":
      return [...ofNode(of, known), label(of)];
    case "workload":
      return ofWorkload(of, known);
    default:
      return [];
  }
}

/** What the engine reads of a pod's annotations: at which ports its program listens, and when its probes fail. */
const LISTEN = "svcscope.dev/listen";
const UNREADY = "svcscope.dev/unready";

function ofPod(of: Ref, { object }: Known): Item[] {
  const { metadata, spec } = (object ?? {}) as Partial<PodObject>;
  const set = (key: string) => metadata?.annotations?.[key] !== undefined;
  const annotate = (key: string, value: string | null): Act => ({ act: "annotate", of, key, value });
  const probed = spec?.containers?.some((c) => c.readinessProbe !== undefined) === true;
  const items: Item[] = [{ title: "Delete", act: { act: "delete", of } }];
  if (probed || set(UNREADY)) {
    items.push(
      set(UNREADY)
        ? { title: "Pass its probe again", act: annotate(UNREADY, null) }
        : { title: "Fail its probe", act: annotate(UNREADY, "0s-") },
    );
  }
  items.push(
    set(LISTEN)
      ? { title: "Listen again", act: annotate(LISTEN, null) }
      : { title: "Stop listening", act: annotate(LISTEN, "") },
  );
  return items;
}

interface PodObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers?: readonly { readonly readinessProbe?: unknown }[] };
}

function ofNode(of: Ref, { topology }: Known): Item[] {
  const cordoned = topology.nodes.find((n) => n.name === of.name)?.cordoned === true;
  return [
    cordoned
      ? { title: "Uncordon", act: { act: "uncordon", of } }
      : { title: "Cordon", act: { act: "cordon", of } },
    { title: "Drain", act: { act: "drain", of } },
  ];
}

function ofWorkload(of: Ref, { workloads }: Known): Item[] {
  const workload = workloads.find(
    (w) => w.kind === of.kind && w.namespace === of.namespace && w.name === of.name,
  );
  if (!workload) return [];
  const items: Item[] = [];
  if (of.kind !== "DaemonSet") {
    items.push({
      title: "Scale",
      form: {
        label: "Replicas",
        value: String(workload.replicas),
        number: true,
        make: (value) => (/^\d{1,6}$/.test(value) ? { act: "scale", of, replicas: Number(value) } : null),
      },
    });
  }
  if (of.kind === "ReplicaSet") return items;
  for (const { container, image } of workload.images) {
    items.push({
      title: workload.images.length === 1 ? "Change image" : `Change image of ${container}`,
      form: {
        label: `Image of ${container}`,
        value: image,
        make: (value) => (/^\S+$/.test(value) ? { act: "image", of, container, image: value } : null),
      },
    });
  }
  items.push({ title: "Restart", act: { act: "restart", of } });
  if (of.kind === "Deployment") items.push({ title: "Roll back", act: { act: "roll back", of } });
  return items;
}

interface ServiceObject {
  readonly spec: Readonly<Record<string, unknown>> & { readonly selector?: Readonly<Record<string, string>> };
}

/** Field of a Service, title, its values. */
const FIELDS: readonly (readonly [field: string, title: string, values: readonly string[]])[] = [
  ["type", "Type", ["ClusterIP", "NodePort", "LoadBalancer"]],
  ["externalTrafficPolicy", "External policy", ["Cluster", "Local"]],
  ["internalTrafficPolicy", "Internal policy", ["Cluster", "Local"]],
  ["sessionAffinity", "Session affinity", ["None", "ClientIP"]],
  ["trafficDistribution", "Distribution", ["none", "PreferSameZone", "PreferSameNode"]],
];

function ofService(of: Ref, { object, topology }: Known): Item[] {
  const view = topology.services.find((s) => s.namespace === of.namespace && s.name === of.name);
  if (!view || view.type === "ExternalName") return [];
  const spec = (object as ServiceObject | null | undefined)?.spec ?? {};
  const selector = Object.fromEntries(view.selector.map((l) => [l.key, l.value]));
  const isExternal = view.type === "NodePort" || view.type === "LoadBalancer";
  const fields = FIELDS.filter(([field]) => field !== "externalTrafficPolicy" || isExternal);
  const [type, ...policies] = fields.map(([field, title, choices]): Item => {
    const now = field === "type" ? view.type : String(spec[field] ?? "none");
    const make = (value: string): Act => ({
      act: "spec",
      of,
      spec: { [field]: value === "none" ? null : value },
    });
    return { title, form: { label: title, value: now, choices, make } };
  });
  return [
    {
      title: "Selector",
      form: {
        label: "Selector",
        value: labelsText(selector),
        make(value) {
          const wanted = labelsOf(value);
          return wanted && Object.keys(wanted).length > 0 ? { act: "selector", of, selector: wanted } : null;
        },
      },
    },
    ...(type ? [type] : []),
    label(of),
    ...policies,
  ];
}

function label(of: Ref): Item {
  return {
    title: "Label",
    form: {
      label: "Label",
      value: "",
      make(value) {
        if (/^[^\s=]+-$/.test(value)) return { act: "label", of, key: value.slice(0, -1), value: null };
        const [one, ...more] = Object.entries(labelsOf(value) ?? {});
        return one && more.length === 0 ? { act: "label", of, key: one[0], value: one[1] } : null;
      },
    },
  };
}
