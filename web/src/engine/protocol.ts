/**
 * What the page and the engine's worker say to each other. The worker owns the cluster and its clock; the page asks,
 * and hears what has become of things.
 */
import type { DnsRecord, KubernetesObject, TextEdit, Topology } from "svcscope";
import type { Act, Ref } from "../acts/act.ts";
import type { Target } from "../stage/layout.ts";
import type { TopologyDelta } from "./delta.ts";
import type { Finding, Goal } from "./goals.ts";

/** A file of the editor. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** What is wrong in a file, and where: offsets into its text. */
export interface Problem {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** What became of the files: everything was applied, or nothing was. */
export interface ApplyResult {
  readonly problems: readonly Problem[];
  /** Milliseconds it took. */
  readonly took: number;
}

/** Something that happened, as the events list shows it. */
export interface Happening {
  readonly id: number;
  readonly time: number;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly reason: string;
  readonly message: string;
  readonly warning: boolean;
}

/** Something worth a mark on the line of time. */
export interface Moment {
  readonly id: number;
  readonly time: number;
  readonly what: "act" | "manifest" | "rollout" | "ready" | "unready" | "endpoints" | "failed";
  readonly text: string;
  /** What it is about. */
  readonly about: Target | null;
  /** How many things it tells of. */
  readonly count: number;
}

/** What makes pods, and can be scaled or rolled out. */
export interface Workload extends Ref {
  readonly replicas: number;
  readonly ready: number;
  readonly revision: string;
  readonly images: readonly { readonly container: string; readonly image: string }[];
  /** The ReplicaSets of a Deployment: their names stand on pods as the owner. */
  readonly sets: readonly string[];
}

/** Where many requests ended up. */
export interface Burst {
  readonly sent: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** `namespace/name` of a pod to how many requests it answered. */
  readonly byPod: Readonly<Record<string, number>>;
  /** Which pods answered each client, where several clients asked. */
  readonly byClient: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sample: Trace;
  /** What the engine finds wrong with the Service, if not all were answered. */
  readonly findings: readonly Diagnosis[];
}

/** What became of one request, and its way. */
export interface Trace {
  readonly outcome: string;
  /** One sentence. */
  readonly summary: string;
  readonly steps: readonly TraceStep[];
}

export interface TraceStep {
  readonly text: string;
  /** What on the stage it is about, if it is something there. */
  readonly place: Target | null;
  /** What could have been chosen and was not, and why. */
  readonly notes: readonly string[];
}

/** Who sends what to whom: `outside`, `outside*10` for so many clients, `node/NAME` or `pod/NAMESPACE/NAME`; a name or an address, and a port. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
}

/** A side of an object: what the cluster makes of it. */
export type Side =
  | { readonly side: "yaml"; readonly text: string; readonly managers: readonly Manager[] }
  | { readonly side: "endpoints"; readonly slices: readonly Slice[] }
  | { readonly side: "dns"; readonly records: readonly DnsRecord[]; readonly asker: string }
  | { readonly side: "rules"; readonly text: string; readonly hits: readonly number[] }
  | { readonly side: "environment"; readonly variables: readonly (readonly [string, string])[] }
  | { readonly side: "reach"; readonly rows: readonly Reach[] }
  | { readonly side: "findings"; readonly findings: readonly Diagnosis[] }
  | { readonly side: "events" };

/** Who has written what: an entry of managedFields. */
export interface Manager {
  readonly manager: string;
  readonly operation: string;
  readonly time: string;
  readonly fields: readonly string[];
}

export interface Slice {
  readonly name: string;
  readonly addressType: string;
  readonly ports: string;
  readonly endpoints: readonly SliceEndpoint[];
}

export interface SliceEndpoint {
  readonly address: string;
  /** `namespace/name`; empty where it is none. */
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The zones and nodes that it is meant for. */
  readonly hints: readonly string[];
}

/** Which endpoints a client on a node may use, and why not the others. */
export interface Reach {
  readonly node: string;
  readonly zone: string;
  /** `namespace/name` of pods. */
  readonly kept: readonly string[];
  /** Reason to how many were left out for it. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly summary: string;
}

/** What is wrong, and what would put it right. */
export interface Diagnosis {
  readonly id: string;
  readonly severity: "error" | "warning" | "hint";
  readonly message: string;
  /** What it is about, if that is something on the stage. */
  readonly about: Target | null;
  /** Where that stands in the files. */
  readonly at: { readonly file: string; readonly from: number } | null;
  readonly fix: Remedy | null;
}

/** A change of a file; where the object stands in none, of the object. */
export interface Remedy {
  readonly title: string;
  readonly of: Ref;
  readonly patch: readonly unknown[];
  readonly edit: TextEdit | null;
}

/** What a resolver found, and how. */
export interface Lookup {
  readonly records: readonly DnsRecord[];
  readonly error: string;
  readonly steps: readonly string[];
}

/** What kubectl has printed, and how it ended. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The requests of the page: name to arguments and answer. */
export interface Calls {
  start: { args: { seed: number; nodes: number; loadBalancer: boolean }; answer: undefined };
  apply: { args: { files: readonly SourceFile[] }; answer: ApplyResult };
  send: { args: { request: Question; count: number }; answer: Burst };
  /** Sends so many every second from now on; none with 0. What comes of them is told unasked. */
  rate: { args: { request: Question; perSecond: number }; answer: undefined };
  clock: { args: { playing: boolean; speed: number }; answer: undefined };
  step: { args: { ms: number }; answer: undefined };
  inspect: {
    args: { target: Target; side: Side["side"]; mode: "nftables" | "iptables"; family: "IPv4" | "IPv6" };
    /** Nothing of what is gone. */
    answer: { object: KubernetesObject; side: Side } | null;
  };
  /** What is wrong with all Services. */
  findings: { args: null; answer: readonly Diagnosis[] };
  resolve: { args: { from: string; name: string; type: string }; answer: Lookup };
  /** The answer is what the API server says against it; empty if it is done. */
  act: { args: Act; answer: string };
  /** The answer is the command that was undone. */
  undo: { args: { files: readonly SourceFile[] }; answer: string };
  /** Shows the cluster as it was, or will have been: milliseconds since it started. */
  seek: { args: { time: number }; answer: undefined };
  kubectl: { args: { args: readonly string[]; files: readonly SourceFile[] }; answer: Printed };
  judge: { args: { goals: readonly Goal[] }; answer: readonly Finding[] };
}

export type CallName = keyof Calls;

export type ToWorker = {
  [N in CallName]: { readonly id: number; readonly call: N; readonly args: Calls[N]["args"] };
}[CallName];

/** The cluster as it is now. */
export interface Picture {
  readonly topology: Topology;
  /** Milliseconds since the cluster started. */
  readonly time: number;
  readonly revision: number;
  /** The time up to which things have happened: later than `time` while one looks back. */
  readonly last: number;
  /** The earliest time to which one can look back. */
  readonly first: number;
  readonly happenings: readonly Happening[];
  readonly moments: readonly Moment[];
  readonly workloads: readonly Workload[];
  /** The acts that can be undone, as commands, the last one last. */
  readonly undoable: readonly string[];
}

/** The same, as it goes over to the page: what has not changed is null. */
export interface PictureChange extends Omit<Picture, "topology" | "happenings" | "moments" | "workloads"> {
  readonly topology: TopologyDelta;
  readonly happenings: Picture["happenings"] | null;
  readonly moments: Picture["moments"] | null;
  readonly workloads: Picture["workloads"] | null;
}

export type FromWorker =
  | { readonly type: "ready"; readonly version: string }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly message: string }
  | { readonly type: "traffic"; readonly burst: Burst }
  | { readonly type: "picture"; readonly change: PictureChange }
  | { readonly type: "crashed"; readonly message: string };
