/** Sharing begins with a link: it is made and copied at once; what else there is opens with it. */
import { signal } from "@preact/signals";
import { share } from "../state/actions.ts";
import { embeddingOf } from "./embed.ts";

export const shareOpen = signal(false);

/** What another page wants to show of this one; null if this is no page within a page. */
export const embedding = embeddingOf(globalThis.location?.search ?? "");

export async function toShare(): Promise<void> {
  await share();
  shareOpen.value = true;
}
