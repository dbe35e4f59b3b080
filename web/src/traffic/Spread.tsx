/** How requests spread: per pod, and per version where labels tell pods apart. */

import type { PodView } from "svcscope";
import { podKey } from "../stage/layout.ts";
import { shortName } from "../stage/words.ts";
import { byClient, failed, hits, ownPods, telling, topology, total } from "../state/store.ts";

interface Share {
  readonly name: string;
  readonly count: number;
}

/** More bars than these nobody reads. */
const MOST = 40;

export function Spread() {
  const counts = hits.value;
  if (counts.size === 0 && failed.value === 0) {
    return (
      <section class="spread" aria-label="Spread">
        <h2>Spread</h2>
        <p class="muted">How many requests each pod answers will stand here.</p>
      </section>
    );
  }
  const label = telling.value;
  const zones = new Map(topology.value.nodes.map((node) => [node.name, node.zone]));
  const byLabel = by((pod) => (label === "" ? "" : pod.labels.find((l) => l.key === label)?.value));
  const byZone = by((pod) => zones.get(pod.node));
  const pods = ownPods.value
    .map((pod) => ({ name: shortName(pod), count: counts.get(podKey(pod)) ?? 0 }))
    .filter((share) => share.count > 0)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="spread" aria-label="Spread" tabIndex={0}>
      <h2>
        Spread <span class="muted">{overText(total.value, failed.value)}</span>
      </h2>
      {total.value === 0 && <p class="muted">None was answered.</p>}
      {total.value > 0 && byLabel.length > 1 && <Bars title={`By ${label}`} shares={byLabel} />}
      {total.value > 0 && byZone.length > 1 && <Bars title="By zone" shares={byZone} />}
      {pods.length > 0 && <Bars title="By pod" shares={pods.slice(0, MOST)} />}
      {pods.length > MOST && <p class="muted">and {pods.length - MOST} more pods</p>}
      <Clients />
    </section>
  );
}

const overText = (answered: number, failed: number): string => {
  const all = answered + failed;
  return `over ${all} ${all === 1 ? "request" : "requests"}${failed > 0 ? `, ${failed} failed` : ""}`;
};

/** The requests that pods have answered, by something that they have in common. */
function by(key: (pod: PodView) => string | undefined): Share[] {
  const sums = new Map<string, number>();
  for (const pod of ownPods.value) {
    const name = key(pod);
    if (name) sums.set(name, (sums.get(name) ?? 0) + (hits.value.get(podKey(pod)) ?? 0));
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => ({ name, count }));
}

/** Which pods answered each of several clients: with session affinity it is one. */
function Clients() {
  const clients = Object.entries(byClient.value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (clients.length === 0) return null;
  const alone = clients.every(([, pods]) => Object.keys(pods).length <= 1);
  return (
    <table class="bars">
      <caption>
        By client <span class="muted">{alone ? "each stays with one pod" : "each gets several pods"}</span>
      </caption>
      <tbody>
        {clients.map(([client, pods]) => {
          const names = Object.keys(pods);
          return (
            <tr key={client}>
              <th scope="row" class="mono">
                {client}
              </th>
              <td class="mono">
                {names.length === 1 ? names[0]?.split("-").at(-1) : `${names.length} pods`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Bars({ title, shares }: { title: string; shares: readonly Share[] }) {
  const most = Math.max(1, ...shares.map((s) => s.count));
  return (
    <table class="bars">
      <caption>{title}</caption>
      <tbody>
        {shares.map((share) => (
          <tr key={share.name}>
            <th scope="row" class="mono">
              {share.name}
            </th>
            <td class="bar" aria-hidden="true">
              <span style={{ width: `${(100 * share.count) / most}%` }} />
            </td>
            <td class="number mono">{share.count}</td>
            <td class="number mono muted">{Math.round((100 * share.count) / Math.max(1, total.value))}%</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
