/** The engine's worker: it owns the cluster and its clock, answers the page and tells it what has become of things. */
import { Cluster, init, StatusError, version } from "svcscope";
import { deltaOf, nothing } from "./delta.ts";
import { allDiagnoses } from "./findings.ts";
import type { Calls, FromWorker, Picture, PictureChange, Question, ToWorker } from "./protocol.ts";
import { type World, worldOf } from "./world.ts";

/** The clock ticks so often while it runs. */
const TICK_MS = 100;

/** More than these are not sent in one tick: time that passes quickly shall pass. */
const MOST_AT_ONCE = 2000;

let world: World | undefined;
/** What the page has seen last. */
let shown: Picture | undefined;
/** What is sent all the time, and the part of a request that is still to come. */
let steady: { readonly request: Question; readonly perSecond: number; owed: number } | undefined;
/** The pods that there were when goals were first judged. */
let firstPods: ReadonlySet<string> | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

const post = (message: FromWorker): void => postMessage(message);

/** What each request does. */
const answers: {
  [N in keyof Calls]: (args: Calls[N]["args"]) => Calls[N]["answer"] | Promise<Calls[N]["answer"]>;
} = {
  async start(options) {
    clearInterval(timer);
    const cluster = await Cluster.create(options);
    world?.free();
    world = worldOf(cluster);
    shown = undefined;
    firstPods = undefined;
    steady = undefined;
  },

  apply: ({ files }) => here().apply(files),

  send: ({ request, count }) => here().send(request, count),

  rate({ request, perSecond }) {
    steady = perSecond > 0 ? { request, perSecond, owed: 0 } : undefined;
  },

  clock({ playing, speed }) {
    clearInterval(timer);
    if (playing) timer = setInterval(() => guarded(() => tick(TICK_MS * speed)), TICK_MS);
  },

  step({ ms }) {
    advance(ms);
  },

  seek({ time }) {
    here().seek(time);
  },

  kubectl({ args, files }) {
    const { cluster, write } = here();
    return write(["kubectl", ...args].join(" "), () => cluster.kubectl(args, { files }));
  },

  /** Only who takes lessons has goals. */
  async judge({ goals }) {
    const { judge, podsOf } = await import("./goals.ts");
    const { cluster } = here();
    firstPods ??= podsOf(cluster);
    return judge(cluster, goals, firstPods);
  },

  async inspect(question) {
    const { inspect } = await import("./inspect.ts");
    const { cluster, trace } = here();
    return inspect(cluster, question, trace ? [trace] : []);
  },

  findings: () => allDiagnoses(here().cluster),

  resolve: async (question) => (await import("./inspect.ts")).resolve(here().cluster, question),

  act: (act) => here().act(act),

  undo: ({ files }) => here().undo(files),
};

addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  const { id, call } = data;
  try {
    const answer = answers[call] as (args: unknown) => unknown;
    const value = await answer(data.args);
    show();
    post({ type: "answer", id, value });
  } catch (error) {
    post({ type: "failed", id, message: words(error) });
    if (error instanceof WebAssembly.RuntimeError) crashed(error);
  }
});

function here(): World {
  if (!world) throw new Error("the cluster has not started");
  return world;
}

function tick(ms: number): void {
  advance(ms);
  if (!steady || !here().live) return;
  steady.owed = Math.min(MOST_AT_ONCE, steady.owed + (steady.perSecond * ms) / 1000);
  const count = Math.floor(steady.owed);
  if (count === 0) return;
  steady.owed -= count;
  try {
    post({ type: "traffic", burst: here().send(steady.request, count) });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // Who sent is gone.
    steady = undefined;
  }
  show();
}

function advance(ms: number): void {
  here().advance(ms);
  show();
}

/** Tells the page how things are, if that is different from the last time: by a write, or by a second that has passed. */
function show(): void {
  const picture = world?.picture();
  if (!picture) return;
  const news = <T>(before: T | undefined, after: T): T | null => (before === after ? null : after);
  const change: PictureChange = {
    ...picture,
    topology: deltaOf(shown?.topology ?? nothing, picture.topology),
    happenings: news(shown?.happenings, picture.happenings),
    moments: news(shown?.moments, picture.moments),
    workloads: news(shown?.workloads, picture.workloads),
  };
  shown = picture;
  post({ type: "picture", change });
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    crashed(error);
  }
}

/** An engine that has failed is not asked again. */
function crashed(error: unknown): void {
  clearInterval(timer);
  post({ type: "crashed", message: words(error) });
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

init().then(() => post({ type: "ready", version: version() }), crashed);
