/** A cluster with its past: what is done to it can be undone, and one can look back. */
import type { Applied, Cluster, SendResult, Snapshot, Topology } from "svcscope";
import { type Act, commandOf } from "../acts/act.ts";
import { shared } from "../state/share.ts";
import { perform, Refused } from "./acts.ts";
import { remember } from "./findings.ts";
import { happeningsOf } from "./happenings.ts";
import { history } from "./history.ts";
import { follower } from "./manifests.ts";
import { moments } from "./moments.ts";
import type { ApplyResult, Burst, Happening, Moment, Picture, Question, SourceFile } from "./protocol.ts";
import { ask } from "./traces.ts";
import { workloadsOf } from "./workloads.ts";

/** While time passes the cluster is remembered so often. */
const KEEP_MS = 1000;
const SLICE_MS = 500;
/** So many acts can be undone. */
const UNDOABLE = 50;

/** What a snapshot does not hold. */
interface Memory {
  readonly known: readonly Applied[];
}

interface Undoable {
  readonly command: string;
  readonly time: number;
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  readonly marks: readonly Moment[];
  readonly happenings: readonly Happening[];
}

export interface World {
  readonly cluster: Cluster;
  apply(files: readonly SourceFile[]): ApplyResult;
  /** Does it; the answer is what the API server says against it. */
  act(act: Act): string;
  /** Undoes the last act; the answer is its command. */
  undo(files: readonly SourceFile[]): string;
  /** Does what may write; it can be undone, and is known by the command that it equals. */
  write<T>(command: string, work: () => T): T;
  advance(ms: number): void;
  seek(time: number): void;
  send(question: Question, count: number): Burst;
  /** What the engine says of the last request. */
  readonly trace: SendResult | null;
  /** Whether it shows what is now, and not what was. */
  readonly live: boolean;
  /** The cluster as it is, if it is not as it was when this was asked last. */
  picture(): Picture | null;
  free(): void;
}

export function worldOf(cluster: Cluster): World {
  const beginning = cluster.now;
  const files = follower(cluster);
  const past = history<Snapshot, Memory>();
  const marks = moments();
  const workloads = workloadsOf(cluster);
  const happenings = happeningsOf(beginning);
  const undoable: Undoable[] = [];
  /** What was written is read up to here. */
  let mark = cluster.revision;
  let last = 0;
  /** Of the last request. */
  let trace: SendResult | null = null;
  let topology: Topology = cluster.topology();
  let makers = workloads.list;
  let read = { revision: cluster.revision, time: 0 };
  let seen = { revision: -1, tick: -1, moments: marks.list };

  const time = () => cluster.now - beginning;
  const memory = (): Memory => ({ known: files.known });

  const keep = (fixed: boolean) =>
    past.keep({ time: time(), snapshot: cluster.snapshot(), memory: memory(), fixed });

  /** Takes over what is new; what is not live is only looked at. */
  const look = (live: boolean) => {
    if (cluster.revision === read.revision) return;
    read = { revision: cluster.revision, time: time() };
    const before = { topology, workloads: makers };
    topology = shared(topology, cluster.topology());
    if (live) {
      const changes = cluster.changesSince(mark);
      mark = changes.mark;
      workloads.follow(changes);
      happenings.follow(changes);
    } else {
      workloads.read();
    }
    makers = shared(makers, workloads.list);
    if (live) marks.compare(time(), before, { topology, workloads: makers });
  };

  /** What comes after now has not happened. */
  const forget = (revision: number) => {
    last = time();
    past.forget(last);
    marks.forget(last);
    happenings.forget(last);
    while ((undoable.at(-1)?.time ?? 0) > last) undoable.pop()?.snapshot.free();
    mark = revision;
  };

  /** Before something is written. */
  const branch = () => {
    if (time() < last) forget(cluster.revision);
  };

  const back = (to: { readonly snapshot: Snapshot; readonly memory: Memory }) => {
    cluster.restore(to.snapshot);
    files.known = to.memory.known;
  };

  /** Something was written: controllers do what can be done at once. */
  const settle = () => {
    cluster.advance(0);
    look(true);
    last = Math.max(last, time());
    keep(true);
  };

  keep(true);

  const write = <T>(command: string, work: () => T): T => {
    const { revision } = cluster;
    const before = {
      command,
      time: time(),
      snapshot: cluster.snapshot(),
      memory: memory(),
      marks: marks.list,
      happenings: happenings.list,
    };
    const answer = work();
    if (cluster.revision === revision) {
      before.snapshot.free();
      return answer;
    }
    if (time() < last) forget(revision);
    undoable.push(before);
    if (undoable.length > UNDOABLE) undoable.shift()?.snapshot.free();
    marks.add(time(), "act", command);
    settle();
    return answer;
  };

  return {
    cluster,
    get live() {
      return time() >= last;
    },
    get trace() {
      return trace;
    },

    apply(sources) {
      branch();
      const before = cluster.revision;
      const result = files.follow(sources);
      remember(sources);
      if (result.problems.length === 0 && cluster.revision !== before) {
        if (before !== 0 && time() > 0) marks.add(time(), "manifest", "The manifests were applied");
        settle();
      }
      return result;
    },

    act(act) {
      return write(commandOf(act), () => {
        try {
          perform(cluster, act);
          return "";
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return error.message;
        }
      });
    },

    write,

    undo(sources) {
      const to = undoable.pop();
      if (!to) return "";
      back(to);
      to.snapshot.free();
      marks.list = to.marks;
      happenings.list = to.happenings;
      forget(cluster.revision);
      look(false);
      // What was typed since then stays.
      files.follow(sources);
      settle();
      return to.command;
    },

    advance(ms) {
      if (time() < last) return this.seek(time() + ms);
      // In small steps, so that what happens is seen when it happens.
      for (let left = ms; left > 0; left -= SLICE_MS) {
        cluster.advance(Math.min(left, SLICE_MS));
        look(true);
        last = time();
        if (last - past.last >= KEEP_MS) keep(false);
      }
    },

    seek(wanted) {
      const [from, to] = [time(), Math.min(last, Math.max(past.first, wanted))];
      if (from >= last && past.last < last) keep(false);
      if (to < from || past.has(from, to)) {
        const entry = past.at(to);
        if (entry) back(entry);
      }
      cluster.advance(Math.max(0, to - time()));
      look(false);
    },

    send(question, count) {
      const { burst, first } = ask(cluster, question, count);
      trace = first;
      const failed = count - (burst.outcomes["answered"] ?? 0);
      if (failed > 0 && time() >= last) {
        const text = count === 1 ? burst.sample.summary : `${failed} of ${count} requests failed`;
        const place = burst.sample.steps.findLast((s) => s.place?.kind === "service")?.place;
        marks.add(time(), "failed", text, place ?? null);
      }
      return burst;
    },

    picture() {
      const now = time();
      const second = Math.floor(now / 1000);
      const { revision } = cluster;
      const tick = now >= last ? second * 1000 : Math.floor(now / 100) * 100;
      if (revision === seen.revision && tick === seen.tick && marks.list === seen.moments) return null;
      seen = { revision, tick, moments: marks.list };
      return {
        topology,
        time: now,
        revision,
        first: past.first,
        last,
        happenings: happenings.list,
        moments: marks.list,
        workloads: makers,
        undoable: undoable.map((u) => u.command),
      };
    },

    free() {
      past.free();
      for (const { snapshot } of undoable) snapshot.free();
      cluster.free();
    },
  };
}
