/** The engine's worker: it owns the cluster and its clock, answers the page and tells it what has become of things. */
import { Cluster, init, version } from "svcscope";
import { judge, podsOf } from "./goals.ts";
import { inspect, resolve } from "./inspect.ts";
import type { Calls, FromWorker, ToWorker } from "./protocol.ts";
import { type World, worldOf } from "./world.ts";

/** The clock ticks so often while it runs. */
const TICK_MS = 100;

let world: World | undefined;
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
    firstPods = undefined;
  },

  apply: ({ files }) => here().apply(files),

  send: ({ request, count }) => here().send(request, count),

  clock({ playing, speed }) {
    clearInterval(timer);
    if (playing) timer = setInterval(() => guarded(() => advance(TICK_MS * speed)), TICK_MS);
  },

  step({ ms }) {
    advance(ms);
  },

  seek({ time }) {
    here().seek(time);
  },

  kubectl({ args, files }) {
    const printed = here().cluster.kubectl(args, { files });
    advance(0);
    return printed;
  },

  judge({ goals }) {
    const { cluster } = here();
    firstPods ??= podsOf(cluster);
    return judge(cluster, goals, firstPods);
  },

  inspect(question) {
    const { cluster, trace } = here();
    return inspect(cluster, question, trace ? [trace] : []);
  },

  resolve: (question) => resolve(here().cluster, question),

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

function advance(ms: number): void {
  here().advance(ms);
  show();
}

/** Tells the page how things are, if that is different from the last time: by a write, or by a second that has passed. */
function show(): void {
  const picture = world?.picture();
  if (picture) post({ type: "picture", picture });
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
