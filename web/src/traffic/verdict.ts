/** What came of requests, in one sentence. */
import type { Burst } from "../engine/protocol.ts";

/** The names of outcomes that are no answer, as they stand after a number. */
const FAILURES: Readonly<Record<string, string>> = {
  refused: "refused",
  "timed-out": "timed out",
  unreachable: "found no way",
  "not-permitted": "not permitted",
  unresolved: "could not resolve the name",
};

/** Of one request the engine's own sentence; of many, how they ended and among how many pods they were spread. */
export function verdictOf(burst: Burst): string {
  if (burst.sent === 1) return burst.sample.summary;
  const pods = Object.keys(burst.byPod).length;
  const answered = burst.outcomes["answered"] ?? 0;
  const failed = Object.entries(burst.outcomes).filter(([name]) => name !== "answered");
  const rest = failed.map(([name, n]) => `${n} ${FAILURES[name] ?? name}`).join(", ");
  if (answered === 0) return `None of ${burst.sent} answered: ${rest}. ${burst.sample.summary}`;
  const spread = `${answered} of ${burst.sent} answered by ${pods} ${pods === 1 ? "pod" : "pods"}`;
  return rest === "" ? `${spread}.` : `${spread}; ${rest}.`;
}

export const isGood = (burst: Burst): boolean =>
  Object.keys(burst.outcomes).every((name) => name === "answered");
