/** What can be done, by name and by key. */

import { examples } from "../examples/index.ts";
import { toLessons } from "../lessons/open.ts";
import { toShare } from "../share/open.ts";
import * as act from "../state/actions.ts";
import { undo } from "../state/acts.ts";
import * as s from "../state/store.ts";
import { play, stepBack, stepOnce } from "../state/time.ts";
import { resetHits, send, setRate } from "../state/traffic.ts";
import { showTerminal, terminalOpen } from "../terminal/open.ts";

export interface Command {
  readonly title: string;
  /** As `KeyboardEvent.key` says it, but for the space bar. */
  readonly key?: string;
  readonly run: () => void;
}

/** Those that do not depend on what is there. */
const ALWAYS: readonly Command[] = [
  { title: "Send", run: () => void send(1) },
  { title: "Send 100", run: () => void send(100) },
  { title: "Send 1000", run: () => void send(1000) },
  { title: "Reset the counts", run: resetHits },
  { title: "Send 10 per second", run: () => setRate(10) },
  { title: "Send 100 per second", run: () => setRate(100) },
  { title: "Stop sending", run: () => setRate(0) },
  { title: "Play or pause", key: "Space", run: () => play(!s.playing.peek()) },
  { title: "One second on", key: ".", run: stepOnce },
  { title: "One second back", key: ",", run: stepBack },
  { title: "Undo the last act", run: () => void undo() },
  { title: "Go to the manifests", key: "e", run: () => goTo("manifest", ".cm-content") },
  { title: "Go to the topology", key: "g", run: () => goTo("topology", ".canvas") },
  { title: "Go to the traffic", key: "t", run: () => goTo("traffic", ".ask select") },
  { title: "Table or diagram", run: () => act.showTables(!s.asTable.peek()) },
  { title: "Light or dark theme", run: () => act.setTheme(s.theme.peek() === "dark" ? "light" : "dark") },
  { title: "Share: link, embed, picture, trace", run: () => void toShare() },
  { title: "Lessons: learn by doing", key: "l", run: () => void toLessons() },
  { title: "kubectl in a terminal", key: "k", run: () => showTerminal(!terminalOpen.peek()) },
  { title: "Save as YAML", run: () => void import("../files/open.ts").then(({ save }) => save()) },
  { title: "New file", run: act.addFile },
  { title: "New cluster with these files", run: () => void act.freshStart() },
];

const EXAMPLES: readonly Command[] = examples.map((example, i) => ({
  title: `Example: ${example.title}`,
  ...(i < 9 && { key: String(i + 1) }),
  run: () => void act.open(example.id),
}));

/** Those that are about what is there; their code comes behind the first picture. */
let onTargets: (() => Command[]) | undefined;
let loading: Promise<void> | undefined;

/** Until then only those are known that are always there. */
export function allKnown(): Promise<void> {
  loading ??= import("./targets.ts").then(({ targetCommands }) => {
    onTargets = targetCommands;
  });
  return loading;
}

export const isAllKnown = (): boolean => onTargets !== undefined;

export const commands = (): Command[] => [...ALWAYS, ...EXAMPLES, ...(onTargets?.() ?? [])];

/** By then the first picture is there. */
const PATIENCE = 1500;

/** Keys that work wherever nobody is typing; listened to for as long as the page lives. */
export function listen(): void {
  setTimeout(() => void allKnown(), PATIENCE);
  const byKey = new Map([...ALWAYS, ...EXAMPLES].map((command) => [command.key, command]));
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      act.showPalette(!s.paletteOpen.peek());
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey && !isText(event)) {
      event.preventDefault();
      void undo();
      return;
    }
    if (s.paletteOpen.peek() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return void act.inspect(null);
    if (isTyping(event)) return;
    if (event.key === "?") return act.showPalette(true);
    const command = byKey.get(event.key === " " ? "Space" : event.key);
    if (!command) return;
    event.preventDefault();
    command.run();
  });
}

function goTo(tab: s.Tab, selector: string): void {
  act.showTab(tab);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** Text takes all keys; a button that has the focus takes its own, and so does what arrows move. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return isText(event) || (target?.tagName === "BUTTON" && event.key === " ");
}

function isText(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  const isField =
    /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && (target as HTMLInputElement).type !== "range";
  return target.isContentEditable || isField;
}
