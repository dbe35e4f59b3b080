/** The topology as HTML tables: for who reads rather than looks, and for a screen reader always. */
import type { PodView, ServiceView } from "svcscope";
import { inspect } from "../state/actions.ts";
import { hits, ownPods, ownServices, topology } from "../state/store.ts";
import { podKey, serviceKey } from "../stage/layout.ts";

const portText = (s: ServiceView): string =>
  s.ports
    .map((p) => `${p.port}${p.nodePort > 0 ? `:${p.nodePort}` : ""}/${p.protocol} → ${p.targetPort}`)
    .join(", ") || "none";

const stateText = (p: PodView): string => (p.reason ? `${p.state} (${p.reason})` : p.state);

export function Tables() {
  return (
    <div class="tables">
      <ServicesTable />
      <PodsTable />
      <NodesTable />
    </div>
  );
}

function ServicesTable() {
  return (
    <table data-table="services">
      <caption>Services</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Cluster IP</th>
          <th scope="col">External</th>
          <th scope="col">Ports</th>
          <th scope="col">Selector</th>
          <th scope="col">Ready</th>
        </tr>
      </thead>
      <tbody>
        {ownServices.value.map((service) => (
          <tr key={serviceKey(service)} onClick={() => void inspect({ kind: "service", key: serviceKey(service) })}>
            <th scope="row">{service.name}</th>
            <td>{service.type}</td>
            <td class="mono">{service.clusterIPs.join(", ") || service.externalName || "none"}</td>
            <td class="mono">
              {service.pending ? "<pending>" : [...service.loadBalancer, ...service.externalIPs].join(", ") || "none"}
            </td>
            <td class="mono">{portText(service)}</td>
            <td class="mono">{service.selector.map((l) => `${l.key}=${l.value}`).join(", ") || "none"}</td>
            <td class="number">
              {service.endpoints.filter((e) => e.ready).length}/{service.endpoints.length}
            </td>
          </tr>
        ))}
        {ownServices.value.length === 0 && <Empty columns={7} text="No Services yet." />}
      </tbody>
    </table>
  );
}

function PodsTable() {
  return (
    <table data-table="pods">
      <caption>Pods</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">IP</th>
          <th scope="col">Node</th>
          <th scope="col">Labels</th>
          <th scope="col">Requests</th>
        </tr>
      </thead>
      <tbody>
        {ownPods.value.map((pod) => (
          <tr key={podKey(pod)} onClick={() => void inspect({ kind: "pod", key: podKey(pod) })}>
            <th scope="row">{pod.name}</th>
            <td>
              <span class={`dot ${dotOf(pod)}`} /> {stateText(pod)}
            </td>
            <td class="mono">{pod.ip || "none"}</td>
            <td>{pod.node || "none"}</td>
            <td class="mono">{pod.labels.map((l) => `${l.key}=${l.value}`).join(", ")}</td>
            <td class="number">{hits.value.get(podKey(pod)) ?? 0}</td>
          </tr>
        ))}
        {ownPods.value.length === 0 && <Empty columns={6} text="No pods yet." />}
      </tbody>
    </table>
  );
}

function NodesTable() {
  return (
    <table data-table="nodes">
      <caption>Nodes</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Address</th>
          <th scope="col">Zone</th>
          <th scope="col">State</th>
          <th scope="col">Pods</th>
        </tr>
      </thead>
      <tbody>
        {topology.value.nodes.map((node) => (
          <tr key={node.name}>
            <th scope="row">{node.name}</th>
            <td class="mono">{node.address}</td>
            <td>{node.zone || "none"}</td>
            <td>{`${node.ready ? "ready" : "not ready"}${node.cordoned ? ", cordoned" : ""}`}</td>
            <td class="number">{ownPods.value.filter((p) => p.node === node.name).length}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const dotOf = (pod: PodView): string => {
  if (pod.state === "ready") return "ready";
  if (pod.state === "failed") return "failed";
  return pod.state === "terminating" || pod.state === "succeeded" ? "gone" : "waiting";
};

function Empty({ columns, text }: { columns: number; text: string }) {
  return (
    <tr class="empty">
      <td colSpan={columns}>{text}</td>
    </tr>
  );
}
