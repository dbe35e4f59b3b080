/** The Events about something. */

import { refOf } from "../acts/target.ts";
import type { Target } from "../stage/layout.ts";
import { happenings } from "../state/store.ts";
import { Line } from "../ui/Events.tsx";

export function Happened({ target }: { target: Target }) {
  const { kind, name } = refOf(target);
  const own = happenings.value.filter((h) => h.kind === kind && h.name === name);
  if (own.length === 0) return <p class="muted note">No Events tell of it.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <ol class="lines scrolls" tabIndex={0} aria-label="Events">
      {own.map((h) => (
        <Line key={h.id} of={h} />
      ))}
    </ol>
  );
}
