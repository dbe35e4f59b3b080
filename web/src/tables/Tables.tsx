/** The topology as HTML tables: for who reads rather than looks, and for a screen reader always. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PodView, ServiceView } from "svcscope";
import { podKey, serviceKey, type Target } from "../stage/layout.ts";
import { inspect } from "../state/actions.ts";
import { hits, ownPods, ownServices, readPods, topology } from "../state/store.ts";
import { Mark } from "../ui/Mark.tsx";
import { memo } from "../ui/memo.ts";

const portText = (s: ServiceView): string =>
  s.ports
    .map((p) => `${p.port}${p.nodePort > 0 ? `:${p.nodePort}` : ""}/${p.protocol} → ${p.targetPort}`)
    .join(", ") || "none";

const stateText = (p: PodView): string => (p.reason ? `${p.state} (${p.reason})` : p.state);

const labelText = (labels: readonly { key: string; value: string }[]): string =>
  labels.map((l) => `${l.key}=${l.value}`).join(", ") || "none";

/** Beside the stage they are not seen, only read: then the keyboard walks the stage and not them. */
const Beside = createContext(false);

export function Tables({ beside = false }: { beside?: boolean }) {
  return (
    <Beside.Provider value={beside}>
      <div class={beside ? "visually-hidden" : "tables"}>
        <ServicesTable />
        <PodsTable />
        <NodesTable />
      </div>
    </Beside.Provider>
  );
}

function ServicesTable() {
  return (
    <table data-table="services">
      <caption>Services</caption>
      <Head columns={["Name", "Type", "Cluster IP", "External", "Ports", "Selector", "Ready"]} />
      <tbody>
        {ownServices.value.map((service) => (
          <tr key={serviceKey(service)}>
            <Name target={{ kind: "service", key: serviceKey(service) }} name={service.name} />
            <td>{service.type}</td>
            <td class="mono">{service.clusterIPs.join(", ") || service.externalName || "none"}</td>
            <td class="mono">
              {service.pending
                ? "<pending>"
                : [...service.loadBalancer, ...service.externalIPs].join(", ") || "none"}
            </td>
            <td class="mono">{portText(service)}</td>
            <td class="mono labels">{labelText(service.selector)}</td>
            <td class="number mono">
              {service.endpoints.filter((e) => e.ready).length}/{service.endpoints.length}
            </td>
          </tr>
        ))}
        {ownServices.value.length === 0 && <Empty columns={7} text="No Services yet." />}
      </tbody>
    </table>
  );
}

/** Nobody reads more rows than these. */
const MOST = 500;

function PodsTable() {
  const pods = readPods.value.slice(0, MOST);
  return (
    <table data-table="pods">
      <caption>Pods</caption>
      <Head columns={["Name", "State", "IP", "Node", "Labels", "Requests"]} />
      <tbody>
        {pods.map((pod) => (
          <PodRow key={podKey(pod)} pod={pod} hits={hits.value.get(podKey(pod)) ?? 0} />
        ))}
        {ownPods.value.length === 0 && <Empty columns={6} text="No pods yet." />}
        {readPods.value.length > MOST && (
          <tr class="empty">
            <td colSpan={6}>and {readPods.value.length - MOST} more pods</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** There may be hundreds of them, and most are as they were. */
const PodRow = memo(({ pod, hits }: { pod: PodView; hits: number }) => (
  <tr>
    <Name target={{ kind: "pod", key: podKey(pod) }} name={pod.name} />
    <td class="state">
      <Mark state={pod.state} /> {stateText(pod)}
    </td>
    <td class="mono">{pod.ip || "none"}</td>
    <td>{pod.node || "none"}</td>
    <td class="mono labels">{labelText(pod.labels)}</td>
    <td class="number mono">{hits}</td>
  </tr>
));

function NodesTable() {
  return (
    <table data-table="nodes">
      <caption>Nodes</caption>
      <Head columns={["Name", "Address", "Zone", "State", "Pods"]} />
      <tbody>
        {topology.value.nodes.map((node) => (
          <tr key={node.name}>
            <Name target={{ kind: "node", key: node.name }} name={node.name} />
            <td class="mono">{node.address}</td>
            <td>{node.zone || "none"}</td>
            <td>{`${node.ready ? "ready" : "not ready"}${node.cordoned ? ", cordoned" : ""}`}</td>
            <td class="number mono">{ownPods.value.filter((p) => p.node === node.name).length}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const NUMBERS = new Set(["Ready", "Requests"]);

function Head({ columns }: { columns: readonly string[] }) {
  return (
    <thead>
      <tr>
        {columns.map((name, i) => (
          <th scope="col" key={name} class={NUMBERS.has(name) || (name === "Pods" && i > 0) ? "number" : ""}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Name({ target, name }: { target: Target; name: string }) {
  return (
    <th scope="row">
      <button
        type="button"
        class="link"
        tabIndex={useContext(Beside) ? -1 : 0}
        onClick={() => void inspect(target)}
      >
        {name}
      </button>
    </th>
  );
}

function Empty({ columns, text }: { columns: number; text: string }) {
  return (
    <tr class="empty">
      <td colSpan={columns}>{text}</td>
    </tr>
  );
}
