/** What was clicked: a sentence first, then the object as the API returns it. */

import { podKey, serviceKey } from "../stage/layout.ts";
import { inspect, removePod } from "../state/actions.ts";
import { inspected, ownPods, ownServices, selected, topology } from "../state/store.ts";
import { Bin, Close } from "./icons.tsx";

export function Inspector() {
  const target = selected.value;
  if (!target || target.kind === "client") return null;
  return (
    // What was clicked stays in sight: pods and nodes stand on the right.
    <aside class={`inspector ${target.kind === "service" ? "" : "left"}`} aria-label="Inspector">
      <header>
        <h2>
          {{ pod: "Pod", service: "Service", node: "Node", client: "" }[target.kind]}{" "}
          {target.key.split("/").at(-1)}
        </h2>
        <span class="spacer" />
        {target.kind === "pod" && (
          <button
            type="button"
            class="quiet icon"
            aria-label="Delete this pod"
            title="Delete this pod"
            onClick={() => void removePod(target.key)}
          >
            <Bin />
          </button>
        )}
        <button type="button" class="quiet icon" aria-label="Close" onClick={() => void inspect(null)}>
          <Close />
        </button>
      </header>
      <p>{sentence(target.kind, target.key)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="mono" tabIndex={0}>
        {inspected.value}
      </pre>
    </aside>
  );
}

function sentence(kind: string, key: string): string {
  if (kind === "service") {
    const service = ownServices.value.find((s) => serviceKey(s) === key);
    if (!service) return "It is gone.";
    if (service.type === "ExternalName") return `Another name for ${service.externalName}.`;
    const ready = service.endpoints.filter((e) => e.ready).length;
    const selector = service.selector.map((l) => `${l.key}=${l.value}`).join(", ");
    if (!selector) return "It has no selector: its endpoints are made by hand.";
    if (service.endpoints.length === 0) return `No pod has ${selector}.`;
    return `${ready} of ${service.endpoints.length} pods with ${selector} are ready.`;
  }
  if (kind === "pod") {
    const pod = ownPods.value.find((p) => podKey(p) === key);
    if (!pod) return "It is gone.";
    const services = ownServices.value
      .filter((s) => s.endpoints.some((e) => e.pod === key))
      .map((s) => s.name);
    const where = pod.node ? `on ${pod.node}` : "not on a node yet";
    const behind = services.length > 0 ? `behind ${services.join(", ")}` : "behind no Service";
    return `${pod.state === "ready" ? "Ready" : `${pod.state}${pod.reason ? ` (${pod.reason})` : ""}`}, ${where}, ${behind}.`;
  }
  const node = topology.value.nodes.find((n) => n.name === key);
  const pods = ownPods.value.filter((p) => p.node === key).length;
  return node ? `${node.address}, ${pods} ${pods === 1 ? "pod" : "pods"}.` : "It is gone.";
}
