/** What happened, newest first: the marks of the line of time, which can be clicked, or the Events of the API. */
import { useState } from "preact/hooks";
import type { Happening, Moment } from "../engine/protocol.ts";
import { clockText, shortClock } from "../stage/Clock.tsx";
import { inspect, point } from "../state/actions.ts";
import { clock, happenings, moments } from "../state/store.ts";
import { seek } from "../state/time.ts";
import { Kind } from "./Kind.tsx";

export function Events() {
  const [all, setAll] = useState(false);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="events" aria-label="Events" tabIndex={0}>
      <fieldset class="choice" aria-label="What happened">
        <button type="button" class="small" aria-pressed={!all} onClick={() => setAll(false)}>
          Timeline
        </button>
        <button type="button" class="small" aria-pressed={all} onClick={() => setAll(true)}>
          Events
        </button>
      </fieldset>
      {all ? <AllEvents /> : <Moments />}
    </section>
  );
}

function Moments() {
  if (moments.value.length === 0) return <p class="muted">Nothing has happened yet.</p>;
  return (
    <ol class="lines">
      {moments.value.slice(0, 100).map((m) => (
        <Row key={m.id} of={m} future={m.time > clock.value} />
      ))}
    </ol>
  );
}

function Row({ of, future }: { of: Moment; future: boolean }) {
  const go = () => {
    seek(of.time);
    if (of.about) void inspect(of.about);
  };
  return (
    <li class={future ? "future" : ""}>
      <button
        type="button"
        class="link moment"
        title={`Go to ${clockText(of.time)}: ${of.text}`}
        onClick={go}
        onPointerEnter={() => point(of.about)}
        onPointerLeave={() => point(null)}
      >
        <span class="mono muted">{shortClock(of.time)}</span>
        <Kind of={of.what} />
        <span class={`line ${of.what === "act" ? "mono" : ""}`}>{of.text}</span>
      </button>
    </li>
  );
}

function AllEvents() {
  const past = happenings.value.filter((h) => h.time <= clock.value);
  if (past.length === 0) return <p class="muted">Nothing has happened yet.</p>;
  return (
    <ol class="lines">
      {past.map((h) => (
        <Line key={h.id} of={h} />
      ))}
    </ol>
  );
}

export function Line({ of: h }: { of: Happening }) {
  return (
    <li class="event" title={`${h.kind} ${h.name}: ${h.message}`}>
      <span class="mono muted">{shortClock(h.time)}</span>
      <span class="line">
        <b class={h.warning ? "warning" : ""}>{h.reason}</b>{" "}
        {!h.message.includes(h.name) && <span class="mono">{h.name} </span>}
        <span class="muted">{h.message}</span>
      </span>
    </li>
  );
}
