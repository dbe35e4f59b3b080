/** The line of time: what happened as marks, and a handle to look back and forth. */

import { clock, first, last, lookingBack, moments } from "../state/store.ts";
import { seek, toNow } from "../state/time.ts";
import { COLOURS } from "../ui/Kind.tsx";
import { clockText } from "./Clock.tsx";

/** Marks that would cover each other are one. */
const SLOTS = 200;

export function Timeline() {
  const [from, to] = [first.value, Math.max(last.value, first.value + 1000)];
  const place = (time: number) => (time - from) / (to - from);
  const slots = new Map<number, { what: keyof typeof COLOURS; texts: string[] }>();
  for (const m of moments.value) {
    if (m.time < from) continue;
    const slot = Math.round(place(m.time) * SLOTS);
    const known = slots.get(slot);
    // A failure is not hidden by what happened beside it.
    if (known) {
      known.texts.push(m.text);
      if (m.what === "failed") known.what = "failed";
    } else {
      slots.set(slot, { what: m.what, texts: [m.text] });
    }
  }
  return (
    <div class="timeline">
      <div class="track">
        <div class="marks" aria-hidden="true">
          {[...slots].map(([slot, { what }]) => (
            <span key={slot} class={COLOURS[what]} style={{ left: `${(100 * slot) / SLOTS}%` }} />
          ))}
        </div>
        <input
          type="range"
          aria-label="Time"
          aria-valuetext={clockText(clock.value)}
          min={from}
          max={to}
          step={100}
          value={clock.value}
          onInput={(e) => seek(Number(e.currentTarget.value))}
        />
      </div>
      {lookingBack.value && (
        <button type="button" class="quiet small now" onClick={() => void toNow()}>
          Now <span class="mono">{clockText(last.value)}</span>
        </button>
      )}
    </div>
  );
}
