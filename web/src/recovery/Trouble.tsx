/** What has failed, what was done about it, and what can be done. */
import { useState } from "preact/hooks";
import { reportOf } from "./report.ts";
import { beginAnew, bringBack, goBack, type Trouble, trouble } from "./state.ts";

export function TroubleBar() {
  const now = trouble.value;
  if (!now) return null;
  return (
    <div class={`crash ${now.kind}`} role={now.kind === "busy" ? "status" : "alert"}>
      <p>{sentence(now)}</p>
      <span class="spacer" />
      {now.kind === "busy" && (
        <button type="button" onClick={goBack}>
          Stop, and go back
        </button>
      )}
      {now.lost && now.kind === "restarted" && (
        <button type="button" onClick={bringBack}>
          Bring back what I typed
        </button>
      )}
      {now.kind === "stopped" && (
        <button type="button" onClick={beginAnew}>
          Start with an example
        </button>
      )}
      {now.kind === "page" && (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
      {now.facts && <CopyReport text={reportOf(now.facts)} />}
      {now.kind !== "busy" && now.kind !== "stopped" && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            trouble.value = null;
          }}
        >
          Dismiss
        </button>
      )}
    </div>
  );
}

function sentence({ kind, message }: Trouble): string {
  switch (kind) {
    case "busy":
      return "The engine is still working on this.";
    case "restarted":
      return `The engine had stopped (${message}). It runs again, with the last state that worked.`;
    case "stopped":
      return `The engine stops each time (${message}).`;
    case "page":
      return `Something on this page has failed: ${message}`;
  }
}

function CopyReport({ text }: { text: string }) {
  const [said, setSaid] = useState("Copy a report");
  const [shown, setShown] = useState(false);
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setSaid(done ? "Copied" : "Copy a report");
    setShown(!done);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {said}
      </button>
      {shown && <textarea class="mono" readOnly aria-label="Report" value={text} />}
    </>
  );
}
