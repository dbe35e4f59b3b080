/** What happened, newest first. */
import { clockText } from "../stage/Clock.tsx";
import { happenings } from "../state/store.ts";

export function Events() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="events" aria-label="Events" tabIndex={0}>
      <h2>Events</h2>
      {happenings.value.length === 0 && <p class="muted">Nothing has happened yet.</p>}
      <ol>
        {happenings.value.map((h) => (
          <li key={h.id} title={`${h.kind} ${h.name}: ${h.message}`}>
            <span class="mono muted">{clockText(h.time)}</span>
            <span class="line">
              <b class={h.warning ? "warning" : ""}>{h.reason}</b>{" "}
              {!h.message.includes(h.name) && <span class="mono">{h.name} </span>}
              <span class="muted">{h.message}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
