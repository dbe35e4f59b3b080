/** What puts a finding right: an edit in the manifest where the object stands there, else a write to the API. */
import { batch } from "@preact/signals";
import type { Ref } from "../acts/act.ts";
import { type Operation, patched } from "../acts/manifest.ts";
import { edit, showFileAt } from "./actions.ts";
import { act } from "./acts.ts";
import * as s from "./store.ts";

export interface Fix {
  readonly title: string;
  readonly of: Ref;
  readonly operations: readonly unknown[];
}

export async function fix({ title, of, operations }: Fix): Promise<void> {
  for (const [index, { name, text }] of s.files.peek().entries()) {
    const after = patched(text, of, operations as readonly Operation[]);
    if (after === null) continue;
    batch(() => {
      showFileAt(index);
      edit(index, after);
      s.done.value = { command: `${title}, in ${name}`, refusal: "", edit: { file: name, text } };
      s.announcement.value = `${title}: done in ${name}`;
    });
    return;
  }
  await act({ act: "patch", of, operations });
}

/** Puts a file back to what it was. */
export function unfix(file: string, text: string): void {
  const index = s.files.peek().findIndex((f) => f.name === file);
  if (index >= 0) edit(index, text);
  s.done.value = null;
}
