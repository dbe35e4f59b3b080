/** What puts a finding right: an edit in the manifest where the object stands there, else a write to the API. */
import { batch } from "@preact/signals";
import type { Remedy } from "../engine/protocol.ts";
import { edit, showFileAt } from "./actions.ts";
import { act } from "./acts.ts";
import * as s from "./store.ts";

export async function fix({ title, of, patch, edit: change }: Remedy): Promise<void> {
  const index = s.files.peek().findIndex((f) => f.name === change?.file);
  const file = s.files.peek()[index];
  if (!change || !file) return act({ act: "patch", of, operations: patch });
  const text = file.text.slice(0, change.from) + change.insert + file.text.slice(change.to);
  batch(() => {
    showFileAt(index);
    edit(index, text);
    s.done.value = {
      command: `${title}, in ${file.name}`,
      refusal: "",
      edit: { file: file.name, text: file.text },
    };
    s.announcement.value = `${title}: done in ${file.name}`;
  });
}

/** Puts a file back to what it was. */
export function unfix(file: string, text: string): void {
  const index = s.files.peek().findIndex((f) => f.name === file);
  if (index >= 0) edit(index, text);
  s.done.value = null;
}
