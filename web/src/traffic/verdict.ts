/** What came of requests, in one sentence. */
import type { PodView, ServiceView } from "svcscope";
import type { Burst } from "../engine/protocol.ts";
import { serviceKey } from "../stage/layout.ts";
import { nearMiss } from "../stage/words.ts";

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

/** What the labels say about a request that found no endpoint; empty where they say nothing. */
export function hintOf(burst: Burst, services: readonly ServiceView[], pods: readonly PodView[]): string {
  if (isGood(burst)) return "";
  const place = burst.sample.steps.findLast((step) => step.place?.kind === "service")?.place;
  const service = services.find((s) => serviceKey(s) === place?.key);
  if (!service || service.selector.length === 0 || service.endpoints.some((e) => e.ready)) return "";
  const near = pods.filter((p) => p.namespace === service.namespace);
  const found = service.endpoints.length;
  if (found > 0) return `Its selector matches ${some(found)}, and none is ready.`;
  const misses = near.map((pod) => nearMiss(service, pod)).filter((reason) => reason !== null);
  const none = `Its selector matches none of ${some(near.length)}.`;
  const [reason] = misses;
  return reason === undefined ? none : `${none} Nearest: ${some(misses.length)}, ${reason}.`;
}

const some = (pods: number): string => (pods === 1 ? "1 pod" : `${pods} pods`);
