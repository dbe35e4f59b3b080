/** Play, pause, step: the cluster's time; and how its pods are. */
import { inspect, showSide, showTables } from "../state/actions.ts";
import { asTable, clock, findings, playing, speed, stale } from "../state/store.ts";
import { play, setSpeed, stepBack, stepOnce } from "../state/time.ts";
import { Back, Diagram, Pause, Play, Step, Table } from "../ui/icons.tsx";
import { Census } from "./Census.tsx";

const SPEEDS = [0.25, 1, 4, 16, 60];

const two = (n: number) => String(n).padStart(2, "0");

export const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

/** Without the hours as long as there are none. */
export const shortClock = (ms: number): string => clockText(ms).replace(/^00:/, "");

/** How much is wrong; a click shows what. */
function Found() {
  const [first] = findings.value;
  if (!first) return null;
  const count = findings.value.length;
  const show = () => {
    if (!first.about) return;
    void inspect(first.about);
    showSide("findings");
  };
  return (
    <button type="button" class="chip found" title={first.message} onClick={show}>
      {count === 1 ? "1 finding" : `${count} findings`}
    </button>
  );
}

export function Clock() {
  const other = asTable.value ? "Diagram" : "Table";
  return (
    <div class="clock">
      <button
        type="button"
        class="icon"
        aria-label="One second back"
        title="One second back (,)"
        onClick={stepBack}
      >
        <Back />
      </button>
      <button
        type="button"
        class="icon"
        aria-label={playing.value ? "Pause" : "Play"}
        title={playing.value ? "Pause (Space)" : "Play (Space)"}
        onClick={() => play(!playing.value)}
      >
        {playing.value ? <Pause /> : <Play />}
      </button>
      <button
        type="button"
        class="icon"
        aria-label="One second on"
        title="One second on (.)"
        onClick={stepOnce}
      >
        <Step />
      </button>
      <select
        aria-label="Speed"
        value={String(speed.value)}
        onChange={(e) => setSpeed(Number(e.currentTarget.value))}
      >
        {SPEEDS.map((n) => (
          <option value={String(n)} key={n}>
            {n}×
          </option>
        ))}
      </select>
      <span class="time mono" title="Time of the cluster">
        {clockText(clock.value)}
      </span>
      <Census />
      <Found />
      {stale.value && <span class="chip">showing the last valid state</span>}
      <span class="spacer" />
      <button type="button" class="quiet" title={other} onClick={() => showTables(!asTable.value)}>
        {asTable.value ? <Diagram /> : <Table />}
        <span class="title">{other}</span>
      </button>
    </div>
  );
}
