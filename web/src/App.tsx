/** The screen: header, manifests beside the stage, traffic below. A phone shows one of the three at a time. */
import { Editor } from "./editor/Editor.tsx";
import { DropZone } from "./files/Files.tsx";
import { Header } from "./header/Header.tsx";
import { trouble } from "./recovery/state.ts";
import { embedding, shareOpen } from "./share/open.ts";
import { Clock } from "./stage/Clock.tsx";
import { Stage } from "./stage/Stage.tsx";
import { Timeline } from "./stage/Timeline.tsx";
import { showTab } from "./state/actions.ts";
import {
  announcement,
  asTable,
  done,
  example,
  problems,
  selected,
  stale,
  standing,
  type Tab,
  tab,
} from "./state/store.ts";
import { Tables } from "./tables/Tables.tsx";
import { showTerminal, terminalOpen } from "./terminal/open.ts";
import { Question, SendAgain, Steps, Verdict } from "./traffic/Traffic.tsx";
import { lazy } from "./ui/Lazy.tsx";
import { Palette } from "./ui/Palette.tsx";

const TABS: readonly (readonly [Tab, string])[] = [
  ["manifest", "Manifest"],
  ["topology", "Topology"],
  ["traffic", "Traffic"],
  ["kubectl", "kubectl"],
  ["lesson", "Lesson"],
];

const TroubleBar = lazy(async () => (await import("./recovery/Trouble.tsx")).TroubleBar);
const ShareDialog = lazy(async () => (await import("./share/Share.tsx")).ShareDialog);
const TerminalPane = lazy(async () => (await import("./terminal/Terminal.tsx")).TerminalPane);
const Beside = lazy(async () => (await import("./ui/Beside.tsx")).Beside);
const Done = lazy(async () => (await import("./ui/Done.tsx")).Done);
const Inspector = lazy(async () => (await import("./inspector/Inspector.tsx")).Inspector);
const LessonPane = lazy(async () => (await import("./lessons/Lesson.tsx")).LessonPane);

export function App() {
  const learning = example.value.startsWith("lesson-");
  const shown = (part: Tab) => !embedding || part === "lesson" || embedding.parts.includes(part);
  const tabs = TABS.filter(([id]) => (id !== "lesson" || learning) && shown(id));
  return (
    <div
      class={`screen ${embedding ? "embedded" : ""}`}
      data-tab={tab.value}
      data-show={embedding?.parts.join(" ")}
    >
      {embedding ? <Embedded /> : <Header />}
      {trouble.value && <TroubleBar />}
      <main class={`${learning ? "learning" : ""} ${terminalOpen.value ? "typing" : ""}`}>
        <div class="pane manifest">
          <Editor />
        </div>
        <div class={`pane topology ${stale.value ? "stale" : ""}`}>
          {!asTable.value && <Stage />}
          <Tables beside={!asTable.value} />
          <div class="quick">
            <Verdict />
            <SendAgain />
          </div>
          <Timeline />
          <Clock />
          {selected.value && <Inspector />}
          {done.value && <Done />}
        </div>
        <section class="pane bottom" aria-label="Traffic">
          <div class="ask">
            <Question />
            <Verdict />
          </div>
          <Steps />
          <Beside />
        </section>
        {terminalOpen.value && (
          <div class="pane tty-pane">
            <TerminalPane />
          </div>
        )}
        {learning && (
          <div class="pane learn">
            <LessonPane />
          </div>
        )}
      </main>
      <nav class="phone" aria-label="Views">
        {tabs.map(([id, title]) => (
          <button
            type="button"
            key={id}
            class="quiet"
            aria-current={tab.value === id ? "page" : undefined}
            onClick={() => (id === "kubectl" ? showTerminal(true) : showTab(id))}
          >
            {title}
            {id === "manifest" && problems.value.length > 0 && (
              <span class="count">{problems.value.length}</span>
            )}
          </button>
        ))}
      </nav>
      <Palette />
      <DropZone />
      {shareOpen.value && <ShareDialog />}
      <p class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}

/** Within another page there is no more of a header than where the whole is. */
function Embedded() {
  return (
    <header class="whole">
      <span>{standing.value}</span>
      <span class="spacer" />
      <a href={`${location.pathname}${location.hash}`} target="_blank" rel="noopener">
        Open in svcscope
      </a>
    </header>
  );
}
