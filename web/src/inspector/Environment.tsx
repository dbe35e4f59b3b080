/** The environment of a pod's first container. */
import type { Side } from "../engine/protocol.ts";

export function Environment({ side }: { side: Extract<Side, { side: "environment" }> }) {
  if (side.variables.length === 0) return <p class="muted note">No variables are set.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scrolls" tabIndex={0} aria-label="Environment">
      <table class="variables">
        <tbody>
          {side.variables.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" class="mono">
                {name}
              </th>
              <td class="mono">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
