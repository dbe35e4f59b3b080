/** How many pods are in which state; it is the legend, too. */
import type { PodState } from "svcscope";
import { ownPods } from "../state/store.ts";
import { Mark } from "../ui/Mark.tsx";

const ORDER: readonly PodState[] = [
  "ready",
  "starting",
  "not-ready",
  "pending",
  "failed",
  "terminating",
  "succeeded",
];

export function Census() {
  const counts = new Map<PodState, number>();
  for (const pod of ownPods.value) counts.set(pod.state, (counts.get(pod.state) ?? 0) + 1);
  return (
    <ul class="census" aria-label="Pods by state">
      {ORDER.filter((state) => counts.has(state)).map((state) => (
        <li key={state}>
          <Mark state={state} />
          {counts.get(state)} {state.replace("-", " ")}
        </li>
      ))}
    </ul>
  );
}
