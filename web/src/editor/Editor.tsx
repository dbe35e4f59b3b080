/** The manifests: several files, each a CodeMirror document that keeps its own history. */
import { effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { OpenAndSave, OpenNews } from "../files/Files.tsx";
import { isDump } from "../files/looks.ts";
import { addFile, edit, freshStart, goTo, point, removeFile, showFileAt } from "../state/actions.ts";
import { activeFile, files, place, problems, started, took } from "../state/store.ts";
import { Close, Plus, Restart } from "../ui/icons.tsx";
import { Mark } from "../ui/Mark.tsx";
import { objectAt } from "./objects.ts";

export function Editor() {
  return (
    <section class="editor" aria-label="Manifests">
      <div>
        <Files />
        <OpenNews />
      </div>
      <Code />
      {problems.value.length > 0 ? <Problems /> : <Foot />}
    </section>
  );
}

function Files() {
  const broken = new Set(problems.value.map((p) => p.file));
  return (
    <div class="tabs">
      {files.value.map((file, i) => (
        <span class={`tab ${i === activeFile.value ? "active" : ""}`} key={file.name}>
          <button
            type="button"
            class="quiet"
            aria-current={i === activeFile.value ? "true" : undefined}
            onClick={() => showFileAt(i)}
          >
            {broken.has(file.name) && <Mark state="failed" />}
            {file.name}
          </button>
          {files.value.length > 1 && i === activeFile.value && (
            <button
              type="button"
              class="quiet icon small"
              aria-label={`Close ${file.name}`}
              title={`Close ${file.name}`}
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
      <OpenAndSave />
    </div>
  );
}

/**
 * The editor is the heaviest part of the page. It is fetched when it is in sight and the first picture is there, or
 * somebody wants it; until then the text stands in its place.
 */
function Code() {
  const host = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    const stops: (() => void)[] = [];
    let gone = false;
    const load = () =>
      void import("./setup.ts").then(({ createEditor, showFile, showPlace, showProblems }) => {
        if (gone || !host.current) return;
        setLoaded(true);
        const view = createEditor(host.current, {
          changed: (text) => edit(activeFile.peek(), text),
          over: (text, offset) => point(offset === null ? null : objectAt(text, offset)),
        });
        stops.push(
          effect(() => {
            const file = files.value[activeFile.value];
            if (file) showFile(view, file.name, file.text);
          }),
          effect(() => {
            const name = files.value[activeFile.value]?.name;
            const own = problems.value.filter((p) => p.file === name);
            showProblems(view, own);
          }),
          effect(() => {
            if (place.value) showPlace(view, place.value);
          }),
          () => view.destroy(),
        );
      });
    stops.push(whenWanted(host.current, load));
    return () => {
      gone = true;
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="code" ref={host}>
      {!loaded && <pre class="loading mono">{files.value[activeFile.value]?.text}</pre>}
    </div>
  );
}

/** Calls `load` once; the answer ends the waiting. */
function whenWanted(host: HTMLElement | null, load: () => void): () => void {
  let over = false;
  const now = () => {
    if (!over) load();
    over = true;
  };
  const inSight = signal(false);
  const observer = new IntersectionObserver((entries) => {
    inSight.value = entries.some((entry) => entry.isIntersecting);
  });
  if (host) observer.observe(host);
  host?.addEventListener("pointerdown", now);
  const stop = effect(() => {
    if (inSight.value && started.value) later(now);
  });
  return () => {
    over = true;
    observer.disconnect();
    host?.removeEventListener("pointerdown", now);
    stop();
  };
}

/** When the browser has nothing better to do, or soon. Not all of them say when that is. */
function later(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 1500 });
  else setTimeout(work, 300);
}

function Foot() {
  const ms = took.value < 10 ? took.value.toFixed(1) : String(Math.round(took.value));
  return (
    <div class="foot">
      {started.value && (
        <>
          <Mark state="succeeded" />
          <span>Applied in {ms} ms</span>
        </>
      )}
      <span class="spacer" />
      <FreshStart />
    </div>
  );
}

/** Some fields cannot be changed once they are there; a new cluster has no past. */
function FreshStart() {
  return (
    <button
      type="button"
      class="quiet"
      title="Apply these files to a new, empty cluster"
      onClick={() => void freshStart()}
    >
      <Restart /> New cluster
    </button>
  );
}

function Problems() {
  return (
    <div>
      <ul class="problems" aria-label="Problems">
        {problems.value.map((p) => (
          <li key={`${p.file}${p.from}${p.message}`}>
            <button type="button" class="quiet problem" onClick={() => goTo(p)}>
              <Mark state="failed" />
              <span>
                {p.message}
                <span class="where mono">
                  {p.file}:{p.line}:{p.column}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="foot">
        <span>{problems.value.length === 1 ? "1 problem" : `${problems.value.length} problems`}</span>
        <span class="spacer" />
        {files.value.some((file) => isDump(file.text)) && (
          <button
            type="button"
            class="quiet"
            onClick={() => void import("../files/open.ts").then(({ tidyUp }) => tidyUp())}
          >
            Leave out what a cluster writes
          </button>
        )}
        <FreshStart />
      </div>
    </div>
  );
}
