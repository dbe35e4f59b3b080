/** What there is to say of something, in one sentence; what it names can be clicked. */
import { makerOf, workloadKey } from "../acts/target.ts";
import { podKey, serviceKey, type Target } from "../stage/layout.ts";
import { stateWords } from "../stage/pods.ts";
import { inspect } from "../state/actions.ts";
import { ownPods, ownServices, topology, workloads } from "../state/store.ts";

export function Sentence({ target }: { target: Target }) {
  switch (target.kind) {
    case "service":
      return <p class="sentence">{ofService(target.key)}</p>;
    case "pod":
      return <OfPod of={target.key} />;
    case "workload":
      return <p class="sentence">{ofWorkload(target.key)}</p>;
    default:
      return <p class="sentence">{ofNode(target.key)}</p>;
  }
}

function ofNode(key: string): string {
  const node = topology.value.nodes.find((n) => n.name === key);
  if (!node) return "It is gone.";
  const pods = ownPods.value.filter((p) => p.node === key).length;
  const state = !node.ready ? "Not ready" : node.cordoned ? "Ready, but takes no new pods" : "Ready";
  const zone = node.zone === "" ? "" : ` in zone ${node.zone}`;
  return `${state}, at ${node.address}${zone}, with ${pods} ${pods === 1 ? "pod" : "pods"}.`;
}

function ofWorkload(key: string): string {
  const workload = workloads.value.find((w) => workloadKey(w) === key);
  if (!workload) return "It is gone.";
  const revision = workload.kind === "Deployment" ? `, revision ${workload.revision || "1"}` : "";
  return `${workload.ready} of ${workload.replicas} pods are ready${revision}.`;
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

function OfPod({ of }: { of: string }) {
  const pod = ownPods.value.find((p) => podKey(p) === of);
  if (!pod) return <p class="sentence">It is gone.</p>;
  const services = ownServices.value.filter((s) => s.endpoints.some((e) => e.pod === of));
  const maker = makerOf(pod, workloads.value);
  const state = stateWords(pod);
  return (
    <p class="sentence">
      {state.charAt(0).toUpperCase()}
      {state.slice(1)},{" "}
      {pod.node ? (
        <>
          on <Named target={{ kind: "node", key: pod.node }}>{pod.node}</Named>
        </>
      ) : (
        "not on a node yet"
      )}
      , behind {services.length === 0 && "no Service"}
      {services.map((s, i) => (
        <>
          {i > 0 && ", "}
          <Named target={{ kind: "service", key: serviceKey(s) }}>{s.name}</Named>
        </>
      ))}
      {maker && (
        <>
          , made by {maker.kind}{" "}
          <Named target={{ kind: "workload", key: workloadKey(maker) }}>{maker.name}</Named>
        </>
      )}
      .
    </p>
  );
}

function Named({ target, children }: { target: Target; children: string }) {
  return (
    <button type="button" class="link named" onClick={() => void inspect(target)}>
      {children}
    </button>
  );
}
