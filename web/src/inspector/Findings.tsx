/** What is wrong with something, and what would put it right. */
import type { Side } from "../engine/protocol.ts";
import { fix } from "../state/fixes.ts";

export function Findings({ side }: { side: Extract<Side, { side: "findings" }> }) {
  if (side.findings.length === 0) return <p class="muted note">Nothing is wrong with it.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <ul class="findings scrolls" tabIndex={0} aria-label="Findings">
      {side.findings.map((finding) => (
        <li key={`${finding.id}${finding.message}`} class={finding.severity}>
          <p>{finding.message}</p>
          <p class="muted mono">{finding.id}</p>
          {finding.fix && (
            <button type="button" class="small" onClick={() => finding.fix && void fix(finding.fix)}>
              {finding.fix.title}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
