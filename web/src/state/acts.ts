/** Acts, and their undoing. */
import { batch } from "@preact/signals";
import { type Act, commandOf } from "../acts/act.ts";
import type { Target } from "../stage/layout.ts";
import { call, inspect } from "./actions.ts";
import * as s from "./store.ts";

export async function act(wanted: Act): Promise<void> {
  const refusal = await call("act", wanted);
  if (refusal === undefined) return;
  batch(() => {
    s.done.value = { command: commandOf(wanted), refusal };
    if (refusal === "") s.form.value = "";
    s.announcement.value = refusal || `Done: ${commandOf(wanted)}`;
  });
}

export async function undo(): Promise<void> {
  const command = await call("undo", { files: s.files.peek() });
  if (!command) return;
  batch(() => {
    s.done.value = null;
    s.announcement.value = `Undone: ${command}`;
  });
}

export function dismiss(): void {
  s.done.value = null;
}

/** Opens a form of the inspector, or closes it. */
export function openForm(title: string): void {
  s.form.value = title;
}

/** Inspects something with a form open. */
export async function fill(target: Target, title: string): Promise<void> {
  await inspect(target);
  openForm(title);
}

/** Lets all pods fade but these; null lets none. */
export function reachedBy(pods: readonly string[] | null): void {
  s.reached.value = pods && new Set(pods);
}
