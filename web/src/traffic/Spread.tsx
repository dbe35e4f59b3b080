/** How requests spread: per pod, and per version where pods say which one they are. */
import { hits, ownPods } from "../state/store.ts";
import { podKey } from "../stage/layout.ts";

interface Share {
  readonly name: string;
  readonly count: number;
}

export function Spread() {
  const counts = hits.value;
  const total = Math.max(1, [...counts.values()].reduce((a, b) => a + b, 0));
  const byVersion = new Map<string, number>();
  for (const pod of ownPods.value) {
    const version = pod.labels.find((l) => l.key === "version")?.value;
    if (version) byVersion.set(version, (byVersion.get(version) ?? 0) + (counts.get(podKey(pod)) ?? 0));
  }
  const pods = [...counts].map(([name, count]) => ({ name: name.split("/")[1] ?? name, count }));
  pods.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (
    <div class="spread">
      {byVersion.size > 0 && (
        <Bars title="Share per version" shares={[...byVersion].map(([name, count]) => ({ name, count }))} total={total} />
      )}
      <Bars title="Requests per pod" shares={pods.slice(0, 24)} total={total} />
      {pods.length > 24 && <p class="muted">and {pods.length - 24} more pods</p>}
    </div>
  );
}

function Bars({ title, shares, total }: { title: string; shares: readonly Share[]; total: number }) {
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
            <td class="number mono muted">{Math.round((100 * share.count) / total)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
