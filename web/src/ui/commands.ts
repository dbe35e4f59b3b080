/** What can be done, by name and by key. */
import { examples } from "../examples/index.ts";
import { toLessons } from "../lessons/open.ts";
import { podKey, serviceKey } from "../stage/layout.ts";
import * as act from "../state/actions.ts";
import * as s from "../state/store.ts";

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
  { title: "Play or pause", key: "Space", run: () => act.play(!s.playing.peek()) },
  { title: "One second on", key: ".", run: act.stepOnce },
  { title: "Go to the manifests", key: "e", run: () => goTo("manifest", ".cm-content") },
  { title: "Go to the topology", key: "g", run: () => goTo("topology", ".canvas") },
  { title: "Go to the traffic", key: "t", run: () => goTo("traffic", ".ask select") },
  { title: "Table or diagram", run: () => act.showTables(!s.asTable.peek()) },
  { title: "Light or dark theme", run: () => act.setTheme(s.theme.peek() === "dark" ? "light" : "dark") },
  { title: "Share: copy a link to this", run: () => void act.share() },
  { title: "Lessons: learn by doing", key: "l", run: () => void toLessons() },
  { title: "New file", run: act.addFile },
  { title: "New cluster with these files", run: () => void act.freshStart() },
];

const EXAMPLES: readonly Command[] = examples.map((example, i) => ({
  title: `Example: ${example.title}`,
  ...(i < 9 && { key: String(i + 1) }),
  run: () => void act.open(example.id),
}));

export function commands(): Command[] {
  const services = s.ownServices.value.map((service) => ({
    title: `Inspect Service ${service.name}`,
    run: () => void act.inspect({ kind: "service", key: serviceKey(service) }),
  }));
  const pods = s.ownPods.value.map((pod) => ({
    title: `Inspect pod ${pod.name}`,
    run: () => void act.inspect({ kind: "pod", key: podKey(pod) }),
  }));
  const nodes = s.topology.value.nodes.map((node) => ({
    title: `Inspect node ${node.name}`,
    run: () => void act.inspect({ kind: "node", key: node.name }),
  }));
  return [...ALWAYS, ...EXAMPLES, ...services, ...nodes, ...pods];
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

/** Text takes all keys; a button that has the focus takes its own. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  if (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return true;
  return target.tagName === "BUTTON" && event.key === " ";
}
