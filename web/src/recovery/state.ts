/** When something fails: the last state that worked comes back, and there is a report to copy. */
import { signal } from "@preact/signals";
import { Stopped } from "../engine/client.ts";
import type { SourceFile } from "../engine/protocol.ts";
import { engineLog, engineWaits, lastGood, open, replaceFiles, restart } from "../state/actions.ts";
import * as s from "../state/store.ts";
import type { Facts } from "./report.ts";

export interface Trouble {
  /** The engine works for long; it had stopped; it stops each time; or the page itself failed. */
  readonly kind: "busy" | "restarted" | "stopped" | "page";
  readonly message: string;
  /** What a report is made of; null where nothing has failed. */
  readonly facts: Facts | null;
  /** What the user had typed that the last state does not have. */
  readonly lost: readonly SourceFile[] | null;
}

export const trouble = signal<Trouble | null>(null);

/** An engine that answers nothing for so long is doing something that nobody wants to wait for unasked. */
const LONG_MS = 5000;
/** An engine that stops again so soon is not started again by itself. */
const SOON_MS = 15_000;
let lastRestart = Number.NEGATIVE_INFINITY;

/** Listens to everything that fails, for as long as the page lives. */
export function watchOver(): void {
  addEventListener("error", (event) => {
    // A browser's way of saying that it will go on in the next frame.
    if (event.message.startsWith("ResizeObserver")) return;
    page(event.message, event.error instanceof Error ? (event.error.stack ?? "") : "");
  });
  addEventListener("unhandledrejection", (event) => {
    const reason: unknown = event.reason;
    if (reason instanceof Stopped) return event.preventDefault();
    page(
      reason instanceof Error ? reason.message : String(reason),
      reason instanceof Error ? (reason.stack ?? "") : "",
    );
  });
  setInterval(() => {
    const busy = engineWaits() > LONG_MS;
    if (busy && !trouble.peek()) {
      trouble.value = { kind: "busy", message: "", facts: null, lost: null };
    } else if (!busy && trouble.peek()?.kind === "busy") trouble.value = null;
  }, 1000);
}

function page(message: string, stack: string): void {
  // What comes after the first failure follows from it.
  if (trouble.peek()?.kind === "page") return;
  trouble.value = { kind: "page", message, facts: facts(message, stack), lost: null };
}

/** The engine has stopped: it is started again with what worked last. */
export function engineStopped(message: string): void {
  const known = facts(message, "");
  const now = performance.now();
  const again = now - lastRestart < SOON_MS;
  const lost = JSON.stringify(lastGood().files) === JSON.stringify(s.files.peek()) ? null : s.files.peek();
  trouble.value = { kind: again ? "stopped" : "restarted", message, facts: known, lost };
  if (again) return;
  lastRestart = now;
  goBack();
}

/** Ends what the engine is doing, if it is doing anything, and shows the last state that worked. */
export function goBack(): void {
  const { example, files } = lastGood();
  restart(() => open(example, files));
  if (trouble.peek()?.kind === "busy") trouble.value = null;
}

/** The way out if even that does not work. */
export function beginAnew(): void {
  trouble.value = null;
  restart(() => open("chapter"));
}

export function bringBack(): void {
  const lost = trouble.peek()?.lost;
  trouble.value = null;
  if (lost) void replaceFiles(lost);
}

function facts(message: string, stack: string): Facts {
  return {
    version: s.version.peek(),
    message,
    stack,
    time: new Date(),
    browser: navigator.userAgent,
    view: `${innerWidth}×${innerHeight}, ${s.theme.peek()}`,
    example: s.example.peek(),
    files: s.files.peek(),
    asked: engineLog(),
  };
}
