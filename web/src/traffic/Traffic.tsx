/** Where a question is asked, from whom and to what, and answered: one sentence first, then the steps. */
import { aim, resetHits, send } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { Send } from "../ui/icons.tsx";
import { Spread } from "./Spread.tsx";

export function Traffic() {
  const chosen = s.destinations.value.findIndex(
    (d) => d.to === s.to.value && d.port === s.port.value && d.protocol === s.protocol.value,
  );
  return (
    <section class="traffic" aria-label="Traffic">
      <form
        class="question"
        onSubmit={(e) => {
          e.preventDefault();
          void send(1);
        }}
      >
        <label>
          <span class="muted">From</span>
          <select
            aria-label="From"
            value={s.from.value}
            onChange={(e) => {
              s.from.value = e.currentTarget.value;
            }}
          >
            {s.sources.value.map((source) => (
              <option value={source.from} key={source.from}>
                {source.label}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="muted">to</span>
          <select
            aria-label="To"
            value={String(chosen)}
            onChange={(e) => {
              const d = s.destinations.value[Number(e.currentTarget.value)];
              if (d) aim(d.to, d.port, d.protocol);
            }}
          >
            {chosen < 0 && <option value="-1">{s.to.value ? `${s.to.value}:${s.port.value}` : "nothing to reach yet"}</option>}
            {s.destinations.value.map((d, i) => (
              <option value={String(i)} key={`${d.label}${d.protocol}`}>
                {d.protocol === "TCP" ? d.label : `${d.label} ${d.protocol}`}
              </option>
            ))}
          </select>
        </label>
        <span class="buttons">
          <button type="submit" class="primary" disabled={s.to.value === ""}>
            <Send /> Send
          </button>
          <button type="button" disabled={s.to.value === ""} onClick={() => void send(100)}>
            ×100
          </button>
          <button type="button" disabled={s.to.value === ""} onClick={() => void send(1000)}>
            ×1000
          </button>
          {s.hits.value.size > 0 && (
            <button type="button" class="quiet" onClick={resetHits}>
              Reset counts
            </button>
          )}
        </span>
      </form>
      <Verdict />
    </section>
  );
}

function Verdict() {
  const burst = s.burst.value;
  if (!burst) return <p class="verdict muted">Send a packet to see which way it goes.</p>;
  const { sample } = burst;
  const good = sample.outcome === "answered";
  return (
    <div class="answer">
      <p class={`verdict ${good ? "good" : "bad"}`}>
        <span class={`dot ${good ? "ready" : "failed"}`} />
        {burst.sent === 1 ? sample.summary : manyText(burst)}
      </p>
      <div class="detail">
        <ol class="steps" aria-label="Steps">
          {sample.steps.map((step, i) => (
            <li
              // The steps of a trace never change places.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={i}
              class={s.step.value === i ? "pointed" : ""}
              onPointerEnter={() => {
                s.step.value = i;
              }}
              onPointerLeave={() => {
                s.step.value = null;
              }}
            >
              {step.text}
            </li>
          ))}
        </ol>
        {s.hits.value.size > 0 && <Spread />}
      </div>
    </div>
  );
}

function manyText(burst: { sent: number; outcomes: Readonly<Record<string, number>>; byPod: Readonly<Record<string, number>> }): string {
  const pods = Object.keys(burst.byPod).length;
  const answered = burst.outcomes["answered"] ?? 0;
  const failed = Object.entries(burst.outcomes).filter(([name]) => name !== "answered");
  const rest = failed.map(([name, n]) => `${n} ${name}`).join(", ");
  const spread = `${answered} of ${burst.sent} answered by ${pods} ${pods === 1 ? "pod" : "pods"}`;
  return rest ? `${spread}; ${rest}.` : `${spread}.`;
}
