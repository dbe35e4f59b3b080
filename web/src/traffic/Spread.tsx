/** How requests spread: per pod, and per version where labels tell pods apart. */
import { podKey } from "../stage/layout.ts";
import { shortName } from "../stage/words.ts";
import { hits, ownPods, telling, total } from "../state/store.ts";

interface Share {
  readonly name: string;
  readonly count: number;
}

/** More bars than these nobody reads. */
const MOST = 40;

export function Spread() {
  const counts = hits.value;
  if (counts.size === 0) {
    return (
      <section class="spread" aria-label="Spread">
        <h2>Spread</h2>
        <p class="muted">How many requests each pod answers will stand here.</p>
      </section>
    );
  }
  const label = telling.value;
  const byLabel = new Map<string, number>();
  for (const pod of label === "" ? [] : ownPods.value) {
    const value = pod.labels.find((l) => l.key === label)?.value;
    if (value !== undefined) byLabel.set(value, (byLabel.get(value) ?? 0) + (counts.get(podKey(pod)) ?? 0));
  }
  const pods = ownPods.value
    .map((pod) => ({ name: shortName(pod), count: counts.get(podKey(pod)) ?? 0 }))
    .filter((share) => share.count > 0)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="spread" aria-label="Spread" tabIndex={0}>
      <h2>
        Spread <span class="muted">over {total.value === 1 ? "1 request" : `${total.value} requests`}</span>
      </h2>
      {byLabel.size > 1 && (
        <Bars title={`By ${label}`} shares={[...byLabel].map(([name, count]) => ({ name, count }))} />
      )}
      <Bars title="By pod" shares={pods.slice(0, MOST)} />
      {pods.length > MOST && <p class="muted">and {pods.length - MOST} more pods</p>}
    </section>
  );
}

function Bars({ title, shares }: { title: string; shares: readonly Share[] }) {
  const most = Math.max(1, ...shares.map((s) => s.count));
  return (
    <table class="bars">
      <caption class="visually-hidden">{title}</caption>
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
