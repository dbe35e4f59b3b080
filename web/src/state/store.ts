/** The one state of the page. Views read it; only `actions.ts` writes to it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { KubernetesObject } from "svcscope";
import { nothing } from "../engine/delta.ts";
import type {
  Burst,
  Diagnosis,
  Happening,
  Moment,
  Problem,
  Side,
  SourceFile,
  Workload,
} from "../engine/protocol.ts";
import type { Flight } from "../stage/flight.ts";
import { type Client, isOwn, podKey, type Target } from "../stage/layout.ts";
import { tellingLabel } from "../stage/words.ts";
import { later } from "./later.ts";
import { shared } from "./share.ts";

export type Theme = "light" | "dark";
/** What a phone shows one at a time. */
export type Tab = "manifest" | "topology" | "traffic" | "lesson" | "kubectl";

/** Something that was done, by a command or by an edit of a file. */
export interface Done {
  readonly command: string;
  readonly refusal: string;
  /** A file, and its text before. */
  readonly edit?: { readonly file: string; readonly text: string };
}

export const files = signal<readonly SourceFile[]>([]);
export const activeFile = signal(0);
export const problems = signal<readonly Problem[]>([]);
/** Where the cursor is wanted. */
export const place = signal<{ readonly from: number } | null>(null);
/** Milliseconds that the last apply took. */
export const took = signal(0);

export const topology = signal(nothing);
/** Milliseconds since the cluster started. */
export const clock = signal(0);
export const happenings = signal<readonly Happening[]>([]);
/** The time up to which things have happened, and the earliest to which one can look back. */
export const last = signal(0);
export const first = signal(0);
export const moments = signal<readonly Moment[]>([]);
/** What the engine finds wrong, hints apart. */
export const findings = signal<readonly Diagnosis[]>([]);
export const workloads = signal<readonly Workload[]>([]);
/** Acts that can be undone, as commands. */
export const undoable = signal<readonly string[]>([]);
/** The act that was done last, for as long as it is news, and what the API server said against it. */
export const done = signal<Done | null>(null);
/** The title of the form that is open in the inspector. */
export const form = signal("");
export const playing = signal(true);
export const speed = signal(1);

export const example = signal("chapter");
export const theme = signal<Theme>("light");
export const tab = signal<Tab>("topology");
export const asTable = signal(false);
export const version = signal("");
export const started = signal(false);

/** What became of something that was opened, in words; and the way back, if there is one. */
export interface News {
  readonly lines: readonly string[];
  readonly bad: boolean;
  readonly undo?: () => void;
}

export const news = signal<News | null>(null);

export const from = signal("outside");
export const to = signal("");
export const port = signal(0);
export const protocol = signal("TCP");
export const burst = signal<Burst | null>(null);
/** Requests that each pod has answered since the start or the last reset. */
export const hits = signal<ReadonlyMap<string, number>>(new Map());
/** Requests since then that were not answered. */
export const failed = signal(0);
/** Which pods answered which of several clients. */
export const byClient = signal<Burst["byClient"]>({});
/** So many requests are sent every second. */
export const rate = signal(0);
/** The step of the trace that is pointed at. */
export const step = signal<number | null>(null);
/** The step of the trace that the packet on the stage is at. */
export const underWay = signal<number | null>(null);
export const sending = signal(false);
/** Packets on the stage; the way of the last one remains to be seen. */
export const flights = signal<readonly Flight[]>([]);

export const hovered = signal<Target | null>(null);
export const selected = signal<Target | null>(null);
/** What is selected, as the API returns it. */
export const object = signal<KubernetesObject | null>(null);
/** The side of it that is looked at, and what there is to be seen. */
export const side = signal<Side["side"]>("yaml");
export const seen = signal<Side | null>(null);
/** Pods that a client may use, where that is asked: the others fade. */
export const reached = signal<ReadonlySet<string> | null>(null);
/** How the rules of a node are written. */
export const rules = signal<{ readonly mode: "nftables" | "iptables"; readonly family: "IPv4" | "IPv6" }>({
  mode: "iptables",
  family: "IPv4",
});
export const paletteOpen = signal(false);
/** What became of a wish to share, for as long as it is news. */
export const sharing = signal("");
/** What a screen reader is told. */
export const announcement = signal("");

/** Pods of the user's own: those of the control plane are not counted. */
export const ownPods = stable(() => topology.value.pods.filter(isOwn));
export const ownServices = stable(() => topology.value.services.filter(isOwn));
/** The same for who reads: tables and menus. */
export const readPods = later(ownPods, 250, 40);
export const readyPods = computed(() => ownPods.value.filter((p) => p.state === "ready").length);

export const telling = computed(() => tellingLabel(ownPods.value));

/** Requests that were answered since the start or the last reset. */
export const total = computed(() => [...hits.value.values()].reduce((sum, n) => sum + n, 0));

/** The place of the step that is pointed at. */
export const pointed = computed<Target | null>(() =>
  step.value === null ? null : (burst.value?.sample.steps[step.value]?.place ?? null),
);

/** Who stands on the left of the stage: always somebody outside, and the pod or node that sends. */
export const clients = computed<readonly Client[]>(() => {
  const many = /^outside\*(\d+)$/.exec(from.value)?.[1];
  const outside = { id: "outside", title: "outside", detail: many ? `${many} clients` : "a client" };
  if (from.value.startsWith("outside")) return [outside];
  const pod = topology.value.pods.find((p) => `pod/${podKey(p)}` === from.value);
  const node = topology.value.nodes.find((n) => `node/${n.name}` === from.value);
  const title = from.value.split("/").at(-1) ?? "";
  return [outside, { id: from.value, title, detail: pod?.ip ?? node?.address ?? "" }];
});

/** The files that are applied are not those in the editor: these do not work yet. */
export const stale = computed(() => problems.value.some((p) => p.severity === "error"));

/** What is shown is not what is now. */
export const lookingBack = computed(() => clock.value < last.value);

/** One line that says where things stand. */
export const standing = computed(() => {
  const pods = ownPods.value.length;
  const [service] = ownServices.value;
  const many = ownServices.value.length;
  const name = many === 1 && service ? service.name : many === 0 ? "no Service" : `${many} Services`;
  if (pods === 0) return `${name} · no pods`;
  return `${name} · ${readyPods.value} of ${pods} ${pods === 1 ? "pod" : "pods"} ready`;
});

/** Where a packet can go: names, addresses and node ports of what is there. */
export interface Destination {
  readonly label: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
}

export const destinations = stable<readonly Destination[]>(() => {
  const [node] = topology.value.nodes.filter((n) => !n.controlPlane);
  return ownServices.value.flatMap((service) =>
    service.ports.flatMap((p) => {
      const name = service.namespace === "default" ? service.name : `${service.name}.${service.namespace}`;
      const place = { port: p.port, protocol: p.protocol };
      const own = [{ label: `${name}:${p.port}`, to: name, ...place }];
      const ips = service.clusterIPs.filter((ip) => ip !== "None");
      const byIp = ips.map((ip) => ({ label: `${ip}:${p.port}`, to: ip, ...place }));
      const external = [...service.loadBalancer, ...service.externalIPs].map((ip) => ({
        label: `${ip}:${p.port}`,
        to: ip,
        ...place,
      }));
      const nodePort =
        p.nodePort > 0 && node
          ? topology.value.nodes.map((n) => ({
              label: `${n.address}:${p.nodePort} (${n.name})`,
              to: n.address,
              port: p.nodePort,
              protocol: p.protocol,
            }))
          : [];
      return [...nodePort, ...external, ...own, ...byIp];
    }),
  );
});

/** Whether there is somebody of that name. */
export const canSend = (from: string): boolean =>
  from.startsWith("outside") ||
  ownPods.value.some((p) => from === `pod/${podKey(p)}`) ||
  topology.value.nodes.some((n) => from === `node/${n.name}`);

/** So many are many clients. */
const CLIENTS = 10;

/** Who can send: somebody outside, any pod that runs, any node. */
export const sources = stable(() => [
  { group: "Outside", label: "outside", from: "outside" },
  { group: "Outside", label: "outside, 10 clients", from: `outside*${CLIENTS}` },
  ...topology.value.nodes.map((n) => ({
    group: "Nodes",
    label: n.zone === "" ? `node ${n.name}` : `node ${n.name}, zone ${n.zone}`,
    from: `node/${n.name}`,
  })),
  ...readPods.value
    .filter((p) => p.ip !== "" && p.state !== "failed" && p.state !== "succeeded")
    .map((p) => ({ group: "Pods", label: `pod ${p.name}`, from: `pod/${p.namespace}/${p.name}` })),
]);

/** What is computed, as the same thing as long as it says the same. */
function stable<T>(compute: () => T): ReadonlySignal<T> {
  let before: T | undefined;
  return computed(() => {
    before = before === undefined ? compute() : shared(before, compute());
    return before;
  });
}
