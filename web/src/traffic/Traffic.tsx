/** Where a question is asked, from whom and to what, and answered: one sentence first, then the steps. */
import { useState } from "preact/hooks";
import { fix } from "../state/fixes.ts";
import * as s from "../state/store.ts";
import { aim, resetHits, send, sendFrom, setRate } from "../state/traffic.ts";
import { Send } from "../ui/icons.tsx";
import { memo } from "../ui/memo.ts";
import { isGood, verdictOf } from "./verdict.ts";

const RATES = [1, 10, 100, 1000];

export function Question() {
  const nowhere = s.to.value === "";
  return (
    <form
      class="question"
      onSubmit={(e) => {
        e.preventDefault();
        void send(1);
      }}
    >
      <From />
      <To />
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
        <select
          aria-label="Rate"
          title="Send all the time"
          class={s.rate.value > 0 ? "on" : ""}
          disabled={nowhere}
          value={String(s.rate.value)}
          onChange={(e) => setRate(Number(e.currentTarget.value))}
        >
          <option value="0">rate</option>
          {RATES.map((n) => (
            <option value={String(n)} key={n}>
              {n}/s
            </option>
          ))}
        </select>
        {(s.hits.value.size > 0 || s.failed.value > 0) && (
          <button type="button" class="quiet" onClick={resetHits}>
            Reset
          </button>
        )}
      </span>
    </form>
  );
}

/** With thousands of pods only those are offered that anybody would look through. */
const MOST = 300;

function From() {
  const { list, more } = sourcesShown(s.sources.value, s.from.value);
  return (
    <label>
      <span>From</span>
      <select value={s.from.value} onChange={(e) => sendFrom(e.currentTarget.value)}>
        <Sources list={list} more={more} />
      </select>
    </label>
  );
}

type Source = (typeof s.sources.value)[number];

function sourcesShown(all: readonly Source[], chosen: string): { list: readonly Source[]; more: number } {
  if (all.length <= MOST) return { list: all, more: 0 };
  const list = all.filter((source, i) => i < MOST || source.from === chosen);
  return { list, more: all.length - list.length };
}

const Sources = memo(({ list, more }: { list: readonly Source[]; more: number }) => (
  <>
    {["Outside", "Nodes", "Pods"].map((group) => (
      <optgroup label={group} key={group}>
        {list
          .filter((source) => source.group === group)
          .map((source) => (
            <option value={source.from} key={source.from}>
              {source.label}
            </option>
          ))}
        {group === "Pods" && more > 0 && <option disabled>{more} more</option>}
      </optgroup>
    ))}
  </>
));

/** A port of a Service, or any name or address. */
function To() {
  const [other, setOther] = useState(false);
  const chosen = s.destinations.value.findIndex(
    (d) => d.to === s.to.value && d.port === s.port.value && d.protocol === s.protocol.value,
  );
  const free = other || (chosen < 0 && s.to.value !== "");
  return (
    <>
      <label>
        <span>to</span>
        <select
          aria-label="to"
          value={free ? "other" : String(chosen)}
          onChange={(e) => {
            const d = s.destinations.value[Number(e.currentTarget.value)];
            setOther(d === undefined);
            if (d) aim(d.to, d.port, d.protocol);
          }}
        >
          {chosen < 0 && !free && <option value="-1">no Service yet</option>}
          {s.destinations.value.map((d, i) => (
            <option value={String(i)} key={`${d.label}${d.protocol}`}>
              {d.protocol === "TCP" ? d.label : `${d.label} ${d.protocol}`}
            </option>
          ))}
          <option value="other">any other address…</option>
        </select>
      </label>
      {free && <Address />}
    </>
  );
}

function Address() {
  const [text, setText] = useState(`${s.to.value}:${s.port.value}`);
  const change = (value: string, protocol: string) => {
    setText(value);
    const found = /^\[?([^\s\]]+?)\]?:(\d{1,5})$/.exec(value.trim());
    const [, to = "", port = ""] = found ?? [];
    if (found && Number(port) > 0 && Number(port) < 65_536) aim(to, Number(port), protocol);
  };
  return (
    <span class="address">
      <input
        type="text"
        class="mono"
        aria-label="Name or address, and port"
        placeholder="name:port"
        spellcheck={false}
        value={text}
        onInput={(e) => change(e.currentTarget.value, s.protocol.value)}
      />
      <select
        aria-label="Protocol"
        value={s.protocol.value}
        onChange={(e) => change(text, e.currentTarget.value)}
      >
        {["TCP", "UDP", "SCTP"].map((protocol) => (
          <option key={protocol}>{protocol}</option>
        ))}
      </select>
    </span>
  );
}

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
        {verdictOf(burst)} <Remedies />
      </span>
    </p>
  );
}

/** What the engine says of the reason, and what would put it right. */
function Remedies() {
  const [worst] = s.burst.value?.findings ?? [];
  if (!worst || worst.severity === "hint") return null;
  const { fix: remedy } = worst;
  return (
    <span class="hint">
      {worst.message}{" "}
      {remedy && (
        <button type="button" class="small" onClick={() => void fix(remedy)}>
          {remedy.title}
        </button>
      )}
    </span>
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
