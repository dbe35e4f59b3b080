/** The manifests: several files, each a CodeMirror document that keeps its own history. */
import { useEffect, useRef } from "preact/hooks";
import { effect } from "@preact/signals";
import type { EditorView } from "@codemirror/view";
import { addFile, edit, removeFile } from "../state/actions.ts";
import { activeFile, files, problems } from "../state/store.ts";
import { Close, Plus } from "../ui/icons.tsx";

export function Editor() {
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let view: EditorView | undefined;
    let stop: (() => void) | undefined;
    let gone = false;
    // The editor is the heaviest part of the page, and the picture does not wait for it.
    void import("./setup.ts").then(({ createEditor, showFile, showProblems }) => {
      if (gone || !host.current) return;
      view = createEditor(host.current, (text) => edit(activeFile.peek(), text));
      const editor = view;
      const stops = [
        effect(() => {
          const index = activeFile.value;
          const file = files.value[index];
          if (file) showFile(editor, file.name, file.text);
        }),
        effect(() => {
          const name = files.value[activeFile.value]?.name;
          showProblems(editor, problems.value.filter((p) => p.file === name));
        }),
      ];
      stop = () => stops.forEach((s) => s());
    });
    return () => {
      gone = true;
      stop?.();
      view?.destroy();
    };
  }, []);

  const errors = problems.value.filter((p) => p.severity === "error");
  return (
    <section class="editor" aria-label="Manifests">
      <div class="tabs" role="tablist" aria-label="Files">
        {files.value.map((file, i) => (
          <span class={`tab ${i === activeFile.value ? "active" : ""}`} key={file.name}>
            <button
              type="button"
              role="tab"
              class="quiet"
              aria-selected={i === activeFile.value}
              onClick={() => {
                activeFile.value = i;
              }}
            >
              {file.name}
              {errors.some((p) => p.file === file.name) && <span class="dot failed" title="Has a problem" />}
            </button>
            {files.value.length > 1 && i === activeFile.value && (
              <button
                type="button"
                class="quiet icon small"
                aria-label={`Close ${file.name}`}
                onClick={() => removeFile(i)}
              >
                <Close />
              </button>
            )}
          </span>
        ))}
        <button type="button" class="quiet icon small" aria-label="New file" title="New file" onClick={addFile}>
          <Plus />
        </button>
      </div>
      <div class="code" ref={host} />
      <Problems />
    </section>
  );
}

function Problems() {
  const list = problems.value;
  if (list.length === 0) return <p class="problems calm">No problems</p>;
  return (
    <ul class="problems" aria-label="Problems">
      {list.map((p) => (
        <li key={`${p.file}${p.from}${p.message}`}>
          <button
            type="button"
            class="quiet problem"
            onClick={() => {
              activeFile.value = Math.max(
                0,
                files.value.findIndex((f) => f.name === p.file),
              );
            }}
          >
            <span class={`dot ${p.severity === "error" ? "failed" : "waiting"}`} />
            <span>
              <span class="mono muted">
                {p.file}:{p.line}:{p.column}
              </span>{" "}
              {p.message}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
