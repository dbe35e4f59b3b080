/** Which endpoints a client on each node may use: a row that is pointed at lets the others fade on the stage. */
import type { Reach as Row, Side } from "../engine/protocol.ts";
import { reachedBy } from "../state/acts.ts";

export function Reach({ side }: { side: Extract<Side, { side: "reach" }> }) {
  if (side.rows.length === 0)
    return <p class="muted note">Without a cluster IP every client finds all by DNS.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scrolls" tabIndex={0} aria-label="Reach">
      <p class="muted note">What a client on each node may use at the cluster IP.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Client on</th>
            <th scope="col">Zone</th>
            <th scope="col" class="number">
              May use
            </th>
            <th scope="col">Left out</th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => reachedBy(null)}>
          {side.rows.map((row) => (
            <tr key={row.node} onPointerEnter={() => reachedBy(row.kept)}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  title="Show on the stage"
                  onFocus={() => reachedBy(row.kept)}
                  onBlur={() => reachedBy(null)}
                  onClick={() => reachedBy(row.kept)}
                >
                  {row.node}
                </button>
              </th>
              <td>{row.zone || "none"}</td>
              <td class="number mono">{row.kept.length}</td>
              <td class="muted">{leftOut(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function leftOut({ dropped, kept, summary }: Row): string {
  const reasons = Object.entries(dropped).map(([reason, n]) => `${n} ${reason.replaceAll("-", " ")}`);
  return reasons.join(", ") || (kept.length === 0 ? summary : "none");
}
