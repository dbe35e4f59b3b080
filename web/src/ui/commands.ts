/** What can be done, by name and by key. */

import { itemsFor, type Known } from "../acts/menu.ts";
import { workloadKey } from "../engine/moments.ts";
import { examples } from "../examples/index.ts";
import { toLessons } from "../lessons/open.ts";
import { toShare } from "../share/open.ts";
import { podKey, serviceKey, type Target } from "../stage/layout.ts";
import * as act from "../state/actions.ts";
import { fill, act as perform, undo } from "../state/acts.ts";
import * as s from "../state/store.ts";
import { play, stepBack, stepOnce } from "../state/time.ts";
import { showTerminal, terminalOpen } from "../terminal/open.ts";

export interface Command {
  readonly title: string;
  /** As `KeyboardEvent.key` says it, but for the space bar. */
  readonly key?: string;
  readonly run: () => void;
}

/** Those that do not depend on what is there. */
const ALWAYS: readonly Command[] = [
  { title: "Send", run: () => void act.send(1) },
  { title: "Send 100", run: () => void act.send(100) },
  { title: "Send 1000", run: () => void act.send(1000) },
  { title: "Reset the counts", run: act.resetHits },
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

export function commands(): Command[] {
  const targets = [
    ...s.ownServices.value.map((service) => named("service", serviceKey(service), `Service ${service.name}`)),
    ...s.workloads.value.map((w) => named("workload", workloadKey(w), `${w.kind} ${w.name}`)),
    ...s.topology.value.nodes.map((node) => named("node", node.name, `node ${node.name}`)),
    ...s.ownPods.value.map((pod) => named("pod", podKey(pod), `pod ${pod.name}`)),
  ];
  const known = { topology: s.topology.value, workloads: s.workloads.value };
  const inspections = targets.map(({ target, name }) => ({
    title: `Inspect ${name}`,
    run: () => void act.inspect(target),
  }));
  return [...ALWAYS, ...EXAMPLES, ...inspections, ...targets.flatMap((t) => actsOn(t, known))];
}

interface Named {
  readonly target: Target;
  readonly name: string;
}

const named = (kind: Target["kind"], key: string, name: string): Named => ({ target: { kind, key }, name });

/** Acts by their names; what wants a value opens its form, where the values are few each is a command. */
function actsOn({ target, name }: Named, known: Known): Command[] {
  return itemsFor(target, known).flatMap(({ title, act: wanted, form }): Command[] => {
    if (wanted) return [{ title: `${title} ${name}`, run: () => void perform(wanted) }];
    if (!form?.choices) return [{ title: `${title} of ${name}…`, run: () => void fill(target, title) }];
    return form.choices.flatMap((choice) => {
      const made = form.make(choice);
      return made ? [{ title: `${title} of ${name}: ${choice}`, run: () => void perform(made) }] : [];
    });
  });
}

/** Keys that work wherever nobody is typing; listened to for as long as the page lives. */
export function listen(): void {
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
