/** Keys that work wherever nobody is typing. */
import { examples } from "../examples/index.ts";
import { inspect, open, play, showTab, stepOnce } from "../state/actions.ts";
import { playing, selected } from "../state/store.ts";

const KEYS: Readonly<Record<string, () => void>> = {
  " ": () => play(!playing.peek()),
  ".": stepOnce,
  t: () => goTo("traffic", ".ask select"),
  e: () => goTo("manifest", ".cm-content"),
  g: () => goTo("topology", ".canvas"),
};

/** Listens for as long as the page lives. */
export function listen(): void {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && selected.peek()) {
      void inspect(null);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const example = examples[Number(event.key) - 1];
    const act = example ? () => void open(example.id) : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function goTo(tab: "manifest" | "topology" | "traffic", selector: string): void {
  showTab(tab);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** Text takes all keys; a button that has the focus takes its own. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  if (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return true;
  return target.tagName === "BUTTON" && event.key === " ";
}
