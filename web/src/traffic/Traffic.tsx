/** Where a question is asked, from whom and to what, and answered: one sentence first, then the steps. */
import { aim, resetHits, send, sendFrom } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { Send } from "../ui/icons.tsx";
import { memo } from "../ui/memo.ts";
import { hintOf, isGood, verdictOf } from "./verdict.ts";

export function Question() {
  const nowhere = s.to.value === "";
  const chosen = s.destinations.value.findIndex(
    (d) => d.to === s.to.value && d.port === s.port.value && d.protocol === s.protocol.value,
  );
  return (
    <form
      class="question"
      onSubmit={(e) => {
        e.preventDefault();
        void send(1);
      }}
    >
      <label>
        <span>From</span>
        <select value={s.from.value} onChange={(e) => sendFrom(e.currentTarget.value)}>
          <Sources list={s.sources.value} />
        </select>
      </label>
      <label>
        <span>to</span>
        <select
          value={String(chosen)}
          onChange={(e) => {
            const d = s.destinations.value[Number(e.currentTarget.value)];
            if (d) aim(d.to, d.port, d.protocol);
          }}
        >
          {chosen < 0 && (
            <option value="-1">{nowhere ? "no Service yet" : `${s.to.value}:${s.port.value}`}</option>
          )}
          {s.destinations.value.map((d, i) => (
            <option value={String(i)} key={`${d.label}${d.protocol}`}>
              {d.protocol === "TCP" ? d.label : `${d.label} ${d.protocol}`}
            </option>
          ))}
        </select>
      </label>
      <span class="buttons">
        <button type="submit" class="primary" disabled={nowhere}>
          <Send /> Send
        </button>
        <button type="button" disabled={nowhere} onClick={() => void send(100)} aria-label="Send 100">
          ×100
        </button>
        <button type="button" disabled={nowhere} onClick={() => void send(1000)} aria-label="Send 1000">
          ×1000
        </button>
        {s.hits.value.size > 0 && (
          <button type="button" class="quiet" onClick={resetHits}>
            Reset
          </button>
        )}
      </span>
    </form>
  );
}

const Sources = memo(({ list }: { list: typeof s.sources.value }) => (
  <>
    {list.map((source) => (
      <option value={source.from} key={source.from}>
        {source.label}
      </option>
    ))}
  </>
));

/** Sends what was chosen once more, for who looks at the stage of a phone. */
export function SendAgain() {
  return (
    <button type="button" class="primary" disabled={s.to.value === ""} onClick={() => void send(1)}>
      <Send /> Send
    </button>
  );
}

export function Verdict() {
  const burst = s.burst.value;
  if (!burst) return <p class="verdict none">Send a packet to see which way it goes.</p>;
  const good = isGood(burst);
  return (
    <p class={`verdict ${good ? "good" : "bad"}`}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="8" fill="currentColor" />
        <path
          d={good ? "M4.5 8.3l2.4 2.4 4.6-5" : "M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"}
          fill="none"
          stroke="var(--raised)"
          stroke-width="1.8"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <span>
        {verdictOf(burst)} <span class="hint">{hintOf(burst, s.ownServices.value, s.ownPods.value)}</span>
      </span>
    </p>
  );
}

/** The trace in words. A step that is pointed at lights up on the stage; the one that is under way lights up here. */
export function Steps() {
  const burst = s.burst.value;
  if (!burst) return <div class="steps" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="steps" aria-label="Steps" tabIndex={0}>
      <h2>{burst.sent === 1 ? "The packet's way" : "The way of the first packet"}</h2>
      <ol>
        {burst.sample.steps.map((step, i) => (
          <li
            // The steps of a trace never change places.
            key={i}
            class={s.step.value === i || s.underWay.value === i ? "pointed" : ""}
            onPointerEnter={() => {
              s.step.value = i;
            }}
            onPointerLeave={() => {
              s.step.value = null;
            }}
          >
            {step.text}
            {step.notes.map((note) => (
              <span class="note" key={note}>
                {note}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
