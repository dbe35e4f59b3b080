/** The engine's worker: it owns the cluster and its clock, answers the page and tells it what has become of things. */

import type { Applied, Change } from "svcscope";
import { Cluster, init, ManifestError, StatusError, version } from "svcscope";
import type { ApplyResult, Calls, FromWorker, Happening, Problem, SourceFile, ToWorker } from "./protocol.ts";
import { ask } from "./traces.ts";

/** The clock ticks so often while it runs. */
const TICK_MS = 50;
/** The page hears of changes at most so often. */
const HAPPENINGS_MAX = 200;

let cluster: Cluster | undefined;
let applied: readonly Applied[] = [];
let timer: ReturnType<typeof setInterval> | undefined;
let shown = -1;
let mark = 0;
let happenings: Happening[] = [];
let beginning = 0;

const post = (message: FromWorker): void => postMessage(message);

/** What each request does. */
const answers: {
  [N in keyof Calls]: (args: Calls[N]["args"]) => Calls[N]["answer"] | Promise<Calls[N]["answer"]>;
} = {
  async start({ seed, nodes, loadBalancer }) {
    clearInterval(timer);
    cluster = await Cluster.create({ seed, nodes, loadBalancer });
    beginning = cluster.now;
    applied = [];
    happenings = [];
    shown = -1;
    mark = cluster.revision;
  },

  apply({ files }) {
    return applyFiles(need(), files);
  },

  send({ request, count }) {
    return ask(need(), request, count);
  },

  clock({ playing, speed }) {
    clearInterval(timer);
    if (playing) timer = setInterval(() => advance(TICK_MS * speed), TICK_MS);
  },

  step({ ms }) {
    advance(ms);
  },

  get({ kind, namespace, name }) {
    return need().getYaml(kind, name, namespace) ?? "";
  },

  scale({ kind, namespace, name, replicas }) {
    need().scale(kind, name, replicas, namespace);
    advance(0);
  },

  remove({ kind, namespace, name }) {
    need().delete(kind, name, namespace);
    advance(0);
  },
};

addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  const { id, call } = data;
  try {
    const answer = answers[call] as (args: unknown) => unknown;
    const value = await answer(data.args);
    picture();
    post({ type: "answer", id, value });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof WebAssembly.RuntimeError) post({ type: "crashed", message });
    post({ type: "failed", id, message });
  }
});

function need(): Cluster {
  if (!cluster) throw new Error("the cluster has not started");
  return cluster;
}

function advance(ms: number): void {
  need().advance(ms);
  picture();
}

/** Tells the page how things are, if they are different from the last time. */
function picture(): void {
  if (!cluster) return;
  const { revision, now } = cluster;
  if (revision === shown) {
    if (Math.floor(now / 1000) === lastSecond) return;
  }
  lastSecond = Math.floor(now / 1000);
  if (revision !== shown || topology === undefined) topology = cluster.topology();
  shown = revision;
  const { changes, mark: next } = cluster.changesSince(mark);
  mark = next;
  happenings = [...changes.flatMap(happening).reverse(), ...happenings].slice(0, HAPPENINGS_MAX);
  post({ type: "picture", picture: { topology, time: now - beginning, revision, happenings } });
}

let lastSecond = -1;
let events = 0;
let topology: ReturnType<Cluster["topology"]> | undefined;

/** Events that were recorded, as the list shows them. */
function happening(change: Change): Happening[] {
  if (change.kind !== "Event" || change.type === "deleted") return [];
  const event = change.object as unknown as {
    reason: string;
    message: string;
    type: string;
    lastTimestamp?: string;
    involvedObject: { kind: string; name: string; namespace?: string };
  };
  return [
    {
      id: ++events,
      time: Math.max(0, Date.parse(event.lastTimestamp ?? "") - beginning) || 0,
      kind: event.involvedObject.kind,
      name: event.involvedObject.name,
      namespace: event.involvedObject.namespace ?? "",
      reason: event.reason,
      message: event.message,
      warning: event.type === "Warning",
    },
  ];
}

/**
 * Applies all files, and deletes what an earlier version of them had and this one has not. If anything in them is
 * wrong nothing changes, and what is wrong is said with its place.
 */
function applyFiles(it: Cluster, files: readonly SourceFile[]): ApplyResult {
  const started = performance.now();
  const before = it.snapshot();
  const problems: Problem[] = [];
  const now: Applied[] = [];
  for (const file of files) {
    try {
      now.push(...it.apply(file.text));
    } catch (error) {
      problems.push(...problemsOf(file, error));
    }
  }
  if (problems.length > 0) {
    it.restore(before);
  } else {
    const key = (a: Applied) => `${a.kind}/${a.namespace}/${a.name}`;
    const kept = new Set(now.map(key));
    for (const gone of applied.filter((a) => !kept.has(key(a))))
      it.delete(gone.kind, gone.name, gone.namespace);
    applied = now;
    it.advance(0);
  }
  before.free();
  return { applied: now, problems, took: performance.now() - started };
}

function problemsOf(file: SourceFile, error: unknown): Problem[] {
  if (error instanceof ManifestError || error instanceof StatusError) {
    return error.places.map((place) => ({
      file: file.name,
      from: place.from,
      to: place.to,
      line: place.line,
      column: place.column,
      message: place.message,
      severity: "error" as const,
    }));
  }
  throw error;
}

init().then(
  () => post({ type: "ready", version: version() }),
  (error: unknown) =>
    post({ type: "crashed", message: error instanceof Error ? error.message : String(error) }),
);
