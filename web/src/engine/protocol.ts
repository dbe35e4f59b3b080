/**
 * What the page and the engine's worker say to each other. The worker owns the cluster and its clock; the page asks,
 * and hears what has become of things.
 */
import type { Topology } from "svcscope";
import type { Target } from "../stage/layout.ts";
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

/** Where many requests ended up. */
export interface Burst {
  readonly sent: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** `namespace/name` of a pod to how many requests it answered. */
  readonly byPod: Readonly<Record<string, number>>;
  readonly sample: Trace;
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

/** Who sends what to whom: `outside`, `node/NAME` or `pod/NAMESPACE/NAME`; a name or an address, and a port. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
}

/** A side of an object, as text. */
export interface Aspect {
  readonly title: string;
  readonly text: string;
}

/** The requests of the page: name to arguments and answer. */
export interface Calls {
  start: { args: { seed: number; nodes: number; loadBalancer: boolean }; answer: undefined };
  apply: { args: { files: readonly SourceFile[] }; answer: ApplyResult };
  send: { args: { request: Question; count: number }; answer: Burst };
  clock: { args: { playing: boolean; speed: number }; answer: undefined };
  step: { args: { ms: number }; answer: undefined };
  inspect: { args: Target; answer: readonly Aspect[] };
  remove: { args: { kind: string; namespace: string; name: string }; answer: undefined };
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
  readonly happenings: readonly Happening[];
}

export type FromWorker =
  | { readonly type: "ready"; readonly version: string }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly message: string }
  | { readonly type: "picture"; readonly picture: Picture }
  | { readonly type: "crashed"; readonly message: string };
