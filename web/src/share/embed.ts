/** The page within another page: which parts of it are shown, and in which colours. Its address says so. */

export const PARTS = ["manifest", "topology", "traffic", "kubectl"] as const;
export type Part = (typeof PARTS)[number];

export interface Embedding {
  readonly parts: readonly Part[];
  /** None stands for what the reader's system prefers. */
  readonly theme: "light" | "dark" | null;
}

/** What an address asks for; null if it is the page on its own. */
export function embeddingOf(search: string): Embedding | null {
  const wanted = new URLSearchParams(search);
  const show = wanted.get("show");
  if (show === null) return null;
  const names = show.split(/[\s,]+/);
  const parts = PARTS.filter((part) => names.includes(part));
  const theme = wanted.get("theme");
  return {
    parts: parts.length > 0 ? parts : ["topology"],
    theme: theme === "light" || theme === "dark" ? theme : null,
  };
}

/** The part of an address that asks for it. */
export function searchOf({ parts, theme }: Embedding): string {
  return `?show=${parts.join(",")}${theme ? `&theme=${theme}` : ""}`;
}

export function iframe(address: string, title: string): string {
  const quoted = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${quoted(address)}" title="${quoted(title)}" width="100%" height="480" style="border:0" loading="lazy"></iframe>`;
}
