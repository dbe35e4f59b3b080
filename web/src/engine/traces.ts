/** Sends requests, and makes of the engine's answers what the page shows of them. */
import type { Cluster, SendResult, TraceStep as Step } from "svcscope";
import { diagnoses } from "./findings.ts";
import type { Burst, Question, Trace, TraceStep } from "./protocol.ts";

/** What came of it, and of the first of them all that the engine says. */
export function ask(
  cluster: Cluster,
  question: Question,
  count: number,
): { readonly burst: Burst; readonly first: SendResult } {
  const outcomes: Record<string, number> = {};
  const byPod: Record<string, number> = {};
  const byClient: Record<string, Record<string, number>> = {};
  let first: SendResult | undefined;
  let failed: SendResult | undefined;
  const clients = clientsOf(question.from);
  for (const [i, from] of clients.entries()) {
    // What does not divide evenly falls to the first ones.
    const share = Math.floor(count / clients.length) + (i < count % clients.length ? 1 : 0);
    if (share === 0) continue;
    const request = { ...question, from };
    const results = share === 1 ? [cluster.send(request)] : cluster.sendMany(request, share);
    first ??= results[0];
    const own: Record<string, number> = {};
    for (const result of results) {
      const { outcome, pod } = result;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome !== "answered") failed ??= result;
      if (pod === undefined || outcome !== "answered") continue;
      byPod[pod] = (byPod[pod] ?? 0) + 1;
      own[pod] = (own[pod] ?? 0) + 1;
    }
    if (clients.length > 1) byClient[from.replace("outside/", "")] = own;
  }
  if (!first) throw new Error("nothing was sent");
  const findings = failed?.service === undefined ? [] : diagnoses(cluster, failed.service);
  return { burst: { sent: count, outcomes, byPod, byClient, sample: traceOf(first), findings }, first };
}

/** Each time another one comes first. */
let turn = 0;

/** `outside*10` stands for ten clients with an address each. */
function clientsOf(from: string): string[] {
  const many = /^outside\*(\d+)$/.exec(from);
  if (!many) return [from];
  const count = Number(many[1]);
  turn++;
  return Array.from({ length: count }, (_, i) => `outside/203.0.113.${10 + ((turn + i) % count)}`);
}

function traceOf({ outcome, summary, steps }: SendResult): Trace {
  // The last step repeats the sentence that stands above them all.
  return { outcome, summary, steps: steps.filter((step) => step.what !== "end").map(stepOf) };
}

function stepOf(step: Step): TraceStep {
  const { text, place } = step;
  const client = place?.kind === "client" && place.key.startsWith("outside/");
  return { text, place: client ? { kind: "client", key: "outside" } : (place ?? null), notes: dropped(step) };
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
