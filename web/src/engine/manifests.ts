/** The manifests of the editor, and the cluster that follows them. */
import { type Applied, type Cluster, ManifestError, StatusError } from "svcscope";
import type { ApplyResult, Problem, SourceFile } from "./protocol.ts";

export interface Follower {
  follow(files: readonly SourceFile[]): ApplyResult;
  /** What was applied last. It is to be set to what it was when the cluster becomes what it was. */
  known: readonly Applied[];
}

/**
 * Makes a cluster follow files. Each time all of them are applied, and what an earlier version of them had and this one
 * has not is deleted; if anything is wrong nothing changes, and what is wrong is said with its place.
 */
export function follower(cluster: Cluster): Follower {
  const empty = cluster.snapshot();
  const follow = (files: readonly SourceFile[]): ApplyResult => {
    const started = performance.now();
    const before = cluster.snapshot();
    let { applied, problems } = attempt(cluster, files);
    if (problems.length > 0) {
      // What is wrong in itself is said better of an object that is new: to one that is there it is a patch that fails.
      cluster.restore(empty);
      const anew = attempt(cluster, files).problems;
      if (anew.length > 0) problems = anew;
      cluster.restore(before);
    } else {
      for (const object of missing(self.known, applied)) remove(cluster, object);
      self.known = applied;
      cluster.advance(0);
    }
    before.free();
    return { problems, took: performance.now() - started };
  };
  const self: Follower = { follow, known: [] };
  return self;
}

function attempt(
  cluster: Cluster,
  files: readonly SourceFile[],
): { applied: Applied[]; problems: Problem[] } {
  const applied: Applied[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    try {
      applied.push(...cluster.apply(file.text));
    } catch (error) {
      problems.push(...problemsOf(file, error));
    }
  }
  return { applied, problems };
}

function problemsOf(file: SourceFile, error: unknown): Problem[] {
  if (!(error instanceof ManifestError || error instanceof StatusError)) throw error;
  return error.places.map(({ from, to, line, column, message }) => ({
    file: file.name,
    from,
    to,
    line,
    column,
    message,
    severity: "error" as const,
  }));
}

/** What was there and is not any more; those that others need, such as namespaces, come last. */
function missing(before: readonly Applied[], now: readonly Applied[]): Applied[] {
  const key = (a: Applied) => `${a.apiVersion}/${a.kind}/${a.namespace}/${a.name}`;
  const kept = new Set(now.map(key));
  return before.filter((a) => !kept.has(key(a))).reverse();
}

function remove(cluster: Cluster, { kind, name, namespace }: Applied): void {
  try {
    cluster.delete(kind, name, namespace);
  } catch (error) {
    // It may be gone already: somebody deleted it, or it went with its namespace.
    if (!(error instanceof StatusError && error.status.code === 404)) throw error;
  }
}
