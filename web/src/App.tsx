/** The screen: header, manifests beside the stage, traffic below. A phone shows one of the three at a time. */
import { Editor } from "./editor/Editor.tsx";
import { Header } from "./header/Header.tsx";
import { Clock } from "./stage/Clock.tsx";
import { Stage } from "./stage/Stage.tsx";
import { Timeline } from "./stage/Timeline.tsx";
import { showTab } from "./state/actions.ts";
import {
  announcement,
  asTable,
  crash,
  example,
  problems,
  selected,
  stale,
  type Tab,
  tab,
} from "./state/store.ts";
import { Tables } from "./tables/Tables.tsx";
import { Spread } from "./traffic/Spread.tsx";
import { Question, SendAgain, Steps, Verdict } from "./traffic/Traffic.tsx";
import { Done } from "./ui/Done.tsx";
import { Events } from "./ui/Events.tsx";
import { lazy } from "./ui/Lazy.tsx";
import { Palette } from "./ui/Palette.tsx";

const TABS: readonly (readonly [Tab, string])[] = [
  ["manifest", "Manifest"],
  ["topology", "Topology"],
  ["traffic", "Traffic"],
  ["lesson", "Lesson"],
];

const Inspector = lazy(async () => (await import("./inspector/Inspector.tsx")).Inspector);
const LessonPane = lazy(async () => (await import("./lessons/Lesson.tsx")).LessonPane);

export function App() {
  const learning = example.value.startsWith("lesson-");
  const tabs = TABS.filter(([id]) => id !== "lesson" || learning);
  return (
    <div class="screen" data-tab={tab.value}>
      <Header />
      {crash.value !== "" && <Crash />}
      <main class={learning ? "learning" : ""}>
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
          <Done />
        </div>
        <section class="pane bottom" aria-label="Traffic">
          <div class="ask">
            <Question />
            <Verdict />
          </div>
          <Steps />
          <Spread />
          <Events />
        </section>
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
            onClick={() => showTab(id)}
          >
            {title}
            {id === "manifest" && problems.value.length > 0 && (
              <span class="count">{problems.value.length}</span>
            )}
          </button>
        ))}
      </nav>
      <Palette />
      <p class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}

function Crash() {
  return (
    <div class="crash" role="alert">
      <p>
        The engine has stopped: <span class="mono">{crash.value}</span>
      </p>
      <button type="button" onClick={() => location.reload()}>
        Start again
      </button>
    </div>
  );
}
