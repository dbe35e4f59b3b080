/** The engine's worker: it owns the cluster and its clock, answers the page and tells it what has become of things. */
import { Cluster, init, type Topology, version } from "svcscope";
import { judge, podsOf } from "./goals.ts";
import { happeningsOf } from "./happenings.ts";
import { aspectsOf } from "./inspect.ts";
import { follower } from "./manifests.ts";
import type { Calls, FromWorker, ToWorker } from "./protocol.ts";
import { ask } from "./traces.ts";

/** The clock ticks so often while it runs. */
const TICK_MS = 100;

/** A cluster, and what the worker remembers of it. */
interface World {
  readonly cluster: Cluster;
  readonly beginning: number;
  readonly follow: ReturnType<typeof follower>;
  readonly happenings: ReturnType<typeof happeningsOf>;
  topology: Topology;
  /** The pods that there were when goals were first judged. */
  firstPods: ReadonlySet<string> | undefined;
  /** The revision and the second that the page has seen. */
  seen: { revision: number; second: number };
}

let world: World | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

const post = (message: FromWorker): void => postMessage(message);

/** What each request does. */
const answers: {
  [N in keyof Calls]: (args: Calls[N]["args"]) => Calls[N]["answer"] | Promise<Calls[N]["answer"]>;
} = {
  async start(options) {
    clearInterval(timer);
    const cluster = await Cluster.create(options);
    world?.cluster.free();
    world = {
      cluster,
      beginning: cluster.now,
      follow: follower(cluster),
      happenings: happeningsOf(cluster),
      topology: cluster.topology(),
      firstPods: undefined,
      seen: { revision: -1, second: -1 },
    };
  },

  apply: ({ files }) => here().follow(files),

  send: ({ request, count }) => ask(here().cluster, request, count),

  clock({ playing, speed }) {
    clearInterval(timer);
    if (playing) timer = setInterval(() => guarded(() => advance(TICK_MS * speed)), TICK_MS);
  },

  step({ ms }) {
    advance(ms);
  },

  inspect: (target) => aspectsOf(here().cluster, target),

  judge({ goals }) {
    const world = here();
    world.firstPods ??= podsOf(world.cluster);
    return judge(world.cluster, goals, world.firstPods);
  },

  remove({ kind, namespace, name }) {
    here().cluster.delete(kind, name, namespace);
    advance(0);
  },
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
  here().cluster.advance(ms);
  show();
}

/** Tells the page how things are, if that is different from the last time: by a write, or by a second that has passed. */
function show(): void {
  if (!world) return;
  const { cluster, seen } = world;
  const time = cluster.now - world.beginning;
  const [revision, second] = [cluster.revision, Math.floor(time / 1000)];
  if (revision === seen.revision && second === seen.second) return;
  if (revision !== seen.revision) world.topology = cluster.topology();
  world.seen = { revision, second };
  post({
    type: "picture",
    picture: { topology: world.topology, time, revision, happenings: world.happenings() },
  });
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
