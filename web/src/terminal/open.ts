/** Whether the terminal is open, and the way to it. */
import { signal } from "@preact/signals";
import { showTab } from "../state/actions.ts";
import { tab } from "../state/store.ts";

export const terminalOpen = signal(false);

/** On a phone it is a view of its own; elsewhere it stands where the traffic does. */
export function showTerminal(open: boolean): void {
  terminalOpen.value = open;
  if (open) showTab("kubectl");
  else if (tab.peek() === "kubectl") showTab("topology");
}
