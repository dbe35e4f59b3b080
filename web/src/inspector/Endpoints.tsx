/** The EndpointSlices of a Service: each endpoint with its conditions and hints. */
import type { Side, SliceEndpoint } from "../engine/protocol.ts";
import { podKey } from "../stage/layout.ts";
import { shortName } from "../stage/words.ts";
import { inspect, point } from "../state/actions.ts";
import { ownPods } from "../state/store.ts";

export function Endpoints({ side }: { side: Extract<Side, { side: "endpoints" }> }) {
  if (side.slices.length === 0) return <p class="muted note">It has no EndpointSlices.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scrolls" tabIndex={0} aria-label="EndpointSlices">
      {side.slices.map((slice) => (
        <table key={slice.name} class="slice">
          <caption>
            <span class="mono">{slice.name}</span>{" "}
            <span class="muted">
              {slice.addressType} {slice.ports || "no ports"}
            </span>
          </caption>
          <thead>
            <tr>
              {["Address", "Pod", "Conditions", "Node", "Hints"].map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slice.endpoints.map((endpoint) => (
              <Row key={`${endpoint.address}${endpoint.pod}`} of={endpoint} />
            ))}
            {slice.endpoints.length === 0 && (
              <tr class="empty">
                <td colSpan={5}>No endpoints.</td>
              </tr>
            )}
          </tbody>
        </table>
      ))}
    </section>
  );
}

function Row({ of }: { of: SliceEndpoint }) {
  const target = { kind: "pod", key: of.pod } as const;
  return (
    <tr onPointerEnter={() => of.pod !== "" && point(target)} onPointerLeave={() => point(null)}>
      <th scope="row" class="mono">
        {of.address}
      </th>
      <td>
        {of.pod === "" ? (
          <span class="muted">none</span>
        ) : (
          <button
            type="button"
            class="link mono"
            title={of.pod.split("/")[1]}
            onClick={() => void inspect(target)}
          >
            {nameOf(of.pod)}
          </button>
        )}
      </td>
      <td class={of.ready ? "ready" : "waiting"}>{conditions(of)}</td>
      <td>
        {of.node}
        {of.zone !== "" && <span class="muted"> {of.zone}</span>}
      </td>
      <td>{of.hints.join(", ") || <span class="muted">none</span>}</td>
    </tr>
  );
}

/** Short, as on the stage. */
function nameOf(key: string): string {
  const pod = ownPods.value.find((p) => podKey(p) === key);
  return pod ? shortName(pod) : (key.split("/")[1] ?? "");
}

function conditions({ ready, serving, terminating }: SliceEndpoint): string {
  if (terminating) return serving ? "terminating, serving" : "terminating";
  return ready ? "ready" : serving ? "serving, not ready" : "not ready";
}
