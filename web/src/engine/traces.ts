/** Sends requests, and makes of the engine's answers what the page shows of them. */
import type { Cluster, SendResult, TraceStep as Step } from "svcscope";
import type { Burst, Question, Trace, TraceStep } from "./protocol.ts";

/** What came of it, and of the first of them all that the engine says. */
export function ask(
  cluster: Cluster,
  question: Question,
  count: number,
): { readonly burst: Burst; readonly first: SendResult } {
  const results = count === 1 ? [cluster.send(question)] : cluster.sendMany(question, count);
  const [first] = results;
  if (!first) throw new Error("nothing was sent");
  const outcomes: Record<string, number> = {};
  const byPod: Record<string, number> = {};
  for (const { outcome, pod } of results) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (pod !== undefined && outcome === "answered") byPod[pod] = (byPod[pod] ?? 0) + 1;
  }
  return { burst: { sent: results.length, outcomes, byPod, sample: traceOf(first) }, first };
}

function traceOf({ outcome, summary, steps }: SendResult): Trace {
  // The last step repeats the sentence that stands above them all.
  return { outcome, summary, steps: steps.filter((step) => step.what !== "end").map(stepOf) };
}

function stepOf(step: Step): TraceStep {
  return { text: step.text, place: step.place ?? null, notes: dropped(step) };
}

/** Which candidates were left out, and why; many for the same reason are one line. */
function dropped(step: Step): string[] {
  const reasons = new Map<string, string[]>();
  for (const candidate of step.candidates) {
    if (candidate.dropped === undefined) continue;
    const name = candidate.object?.name ?? candidate.address;
    reasons.set(candidate.dropped, [...(reasons.get(candidate.dropped) ?? []), name]);
  }
  return [...reasons].map(([reason, names]) => {
    const shown = names.length > 3 ? `${names.length} endpoints` : names.join(", ");
    return `left out: ${shown} (${reason.replaceAll("-", " ")})`;
  });
}
