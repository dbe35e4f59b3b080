/** What was done last, as the command that it equals: to copy, or to undo. */
import { useEffect, useState } from "preact/hooks";
import { dismiss, undo } from "../state/acts.ts";
import { unfix } from "../state/fixes.ts";
import { done, undoable } from "../state/store.ts";
import { Close, Copy, Undo } from "./icons.tsx";

/** So long it is news. */
const NEWS_MS = 20_000;

export function Done() {
  const shown = done.value;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    setCopied(false);
    if (!shown) return;
    const timer = setTimeout(dismiss, NEWS_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  if (!shown) return null;
  const { command, refusal, edit } = shown;
  const copy = () =>
    void navigator.clipboard?.writeText(command).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <section class={`done ${refusal ? "refused" : ""}`} aria-label="Last act">
      <span class="what">
        <code>{command}</code>
        {refusal && <span class="why">{refusal}</span>}
      </span>
      {!edit && (
        <button type="button" class="quiet small" onClick={copy}>
          <Copy /> {copied ? "Copied" : "Copy"}
        </button>
      )}
      {(edit || undoable.value.length > 0) && !(refusal && undoable.value.at(-1) !== command) && (
        <button
          type="button"
          class="quiet small"
          title="Undo (Ctrl+Z)"
          onClick={() => (edit ? unfix(edit.file, edit.text) : void undo())}
        >
          <Undo /> Undo
        </button>
      )}
      <button type="button" class="quiet icon small" aria-label="Dismiss" title="Dismiss" onClick={dismiss}>
        <Close />
      </button>
    </section>
  );
}
