/**
 * The cluster's past, as snapshots: what happened in between is played anew, and comes out the same. A write is not
 * played anew, so there is a snapshot behind each; of the others the older ones go when there are too many.
 */

/** Whatever can be kept and freed. */
interface Kept {
  free(): void;
}

export interface Entry<S extends Kept, M> {
  /** Milliseconds since the cluster started. */
  readonly time: number;
  readonly snapshot: S;
  /** What else has to be remembered of that time. */
  readonly memory: M;
  /** It stands behind a write. */
  readonly fixed: boolean;
}

export interface History<S extends Kept, M> {
  readonly first: number;
  readonly last: number;
  keep(entry: Entry<S, M>): void;
  /** The last that is not later than `time`, the first of all if there is none. */
  at(time: number): Entry<S, M> | undefined;
  /** Whether there is one after `from`, up to `to`. */
  has(from: number, to: number): boolean;
  /** What comes after `time` has not happened. */
  forget(time: number): void;
  free(): void;
}

/** So many are kept at most. */
const MOST = 240;

export function history<S extends Kept, M>(): History<S, M> {
  let entries: Entry<S, M>[] = [];

  const only = (keep: (entry: Entry<S, M>, index: number) => boolean) => {
    const [stay, go]: [Entry<S, M>[], Entry<S, M>[]] = [[], []];
    entries.forEach((entry, i) => {
      (keep(entry, i) ? stay : go).push(entry);
    });
    entries = stay;
    for (const { snapshot } of go) snapshot.free();
  };

  return {
    get first() {
      return entries[0]?.time ?? 0;
    },
    get last() {
      return entries.at(-1)?.time ?? 0;
    },
    keep(entry) {
      entries.push(entry);
      if (entries.length <= MOST) return;
      const half = entries.length / 2;
      only((e, i) => i === 0 || e.fixed || i > half || i % 2 === 0);
      if (entries.length > MOST) only((_, i) => i >= entries.length - MOST / 2);
    },
    at(time) {
      return entries.findLast((entry) => entry.time <= time) ?? entries[0];
    },
    has: (from, to) => entries.some((entry) => entry.time > from && entry.time <= to),
    forget: (time) => only((entry) => entry.time <= time),
    free: () => only(() => false),
  };
}
