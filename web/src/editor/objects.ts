/** Which object a place in a manifest belongs to, as far as it can be seen from the text alone. */
import type { Target } from "../stage/layout.ts";

/** The Service or pod whose document has that offset; null if it is none of these. */
export function objectAt(text: string, offset: number): Target | null {
  const document = documentAt(text, offset);
  const kind = /^kind:[ \t]*(Service|Pod)[ \t]*$/m.exec(document)?.[1];
  if (kind === undefined) return null;
  const metadata = /^metadata:(.*(?:\n(?:[ \t]+.*|[ \t]*))*)/m.exec(document)?.[1] ?? "";
  const name = field(metadata, "name");
  if (name === "") return null;
  const key = `${field(metadata, "namespace") || "default"}/${name}`;
  return { kind: kind === "Service" ? "service" : "pod", key };
}

/** What stands between two lines of `---`. */
function documentAt(text: string, offset: number): string {
  const marks = [...text.matchAll(/^---.*$/gm)].map((match) => match.index);
  const start = marks.findLast((mark) => mark <= offset) ?? 0;
  const end = marks.find((mark) => mark > offset) ?? text.length;
  return text.slice(start, end);
}

/** A plain value, in block or in flow style. */
function field(metadata: string, name: string): string {
  const found = new RegExp(`(?:^|[{,\\n])[ \\t]*${name}:[ \\t]*["']?([a-z0-9.-]+)`).exec(metadata);
  return found?.[1] ?? "";
}
