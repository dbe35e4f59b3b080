/** What was clicked: a sentence first, then its sides, the object as the API returns it before all. */
import { podKey, serviceKey, type Target } from "../stage/layout.ts";
import { stateWords } from "../stage/pods.ts";
import { inspect, removePod, showAspect } from "../state/actions.ts";
import { aspect, aspects, ownPods, ownServices, selected, topology } from "../state/store.ts";
import { Bin, Close } from "./icons.tsx";

const KINDS: Record<Target["kind"], string> = { pod: "Pod", service: "Service", node: "Node", client: "" };

export function Inspector() {
  const target = selected.value;
  if (!target || target.kind === "client") return null;
  const shown = aspects.value.find((a) => a.title === aspect.value) ?? aspects.value[0];
  return (
    // What was clicked stays in sight: pods and nodes stand on the right.
    <aside class={`inspector ${target.kind === "service" ? "" : "left"}`} aria-label="Inspector">
      <header>
        <h2>
          {KINDS[target.kind]} {target.key.split("/").at(-1)}
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
        <button
          type="button"
          class="quiet icon"
          aria-label="Close"
          title="Close"
          onClick={() => void inspect(null)}
        >
          <Close />
        </button>
      </header>
      <p>{sentence(target)}</p>
      <div class="aspects">
        {aspects.value.map(({ title }) => (
          <button
            type="button"
            class="quiet"
            key={title}
            aria-pressed={title === shown?.title}
            onClick={() => showAspect(title)}
          >
            {title}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="mono" tabIndex={0}>
        {shown?.text}
      </pre>
    </aside>
  );
}

function sentence({ kind, key }: Target): string {
  if (kind === "service") return ofService(key);
  if (kind === "pod") return ofPod(key);
  const node = topology.value.nodes.find((n) => n.name === key);
  const pods = ownPods.value.filter((p) => p.node === key).length;
  return node ? `${node.address}, ${pods} ${pods === 1 ? "pod" : "pods"}.` : "It is gone.";
}

function ofService(key: string): string {
  const service = ownServices.value.find((s) => serviceKey(s) === key);
  if (!service) return "It is gone.";
  if (service.type === "ExternalName") return `Another name for ${service.externalName}.`;
  const ready = service.endpoints.filter((e) => e.ready).length;
  const selector = service.selector.map((l) => `${l.key}=${l.value}`).join(", ");
  if (!selector) return "It has no selector: its endpoints are made by hand.";
  if (service.endpoints.length === 0) return `No pod that runs has ${selector}.`;
  return `${ready} of ${service.endpoints.length} pods with ${selector} are ready.`;
}

function ofPod(key: string): string {
  const pod = ownPods.value.find((p) => podKey(p) === key);
  if (!pod) return "It is gone.";
  const services = ownServices.value.filter((s) => s.endpoints.some((e) => e.pod === key)).map((s) => s.name);
  const where = pod.node ? `on ${pod.node}` : "not on a node yet";
  const behind = services.length > 0 ? `behind ${services.join(", ")}` : "behind no Service";
  const state = stateWords(pod);
  return `${state.charAt(0).toUpperCase()}${state.slice(1)}, ${where}, ${behind}.`;
}
