/**
 * Puts a JSON patch (RFC 6902) into a text of manifests, so that nothing else of the text changes: comments, quotes and
 * order stay. It knows mappings and lists in block style, as manifests are written; of others it keeps off.
 */
import type { Ref } from "./act.ts";

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The text with the patch in it; null if the object is not there or is written in a way that is not known here. */
export function patched(text: string, of: Ref, operations: readonly Operation[]): string | null {
  let lines = text.split("\n");
  for (const operation of operations) {
    const range = documentOf(lines, of);
    const after = range && applied(lines, range, operation);
    if (!after) return null;
    lines = after;
  }
  return lines.join("\n");
}

/** Lines from one to before another. */
interface Range {
  readonly from: number;
  readonly to: number;
}

function documentOf(lines: readonly string[], of: Ref): Range | null {
  const cuts = [-1, ...lines.flatMap((line, i) => (/^---(\s|$)/.test(line) ? [i] : [])), lines.length];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const range = { from: (cuts[i] ?? 0) + 1, to: cuts[i + 1] ?? lines.length };
    const read = (...path: string[]) => scalarAt(lines, range, path);
    if (read("kind") !== of.kind || read("metadata", "name") !== of.name) continue;
    const namespace = read("metadata", "namespace") ?? "default";
    if (of.namespace === "" || namespace === of.namespace) return range;
  }
  return null;
}

function scalarAt(lines: readonly string[], range: Range, path: readonly string[]): string | null {
  const found = walk(lines, range, path);
  if (!found || found.left.length > 0) return null;
  return inlineOf(lines[found.line] ?? "").replace(/^(["'])(.*)\1$/, "$2");
}

/** How far a path leads: the line of its last known part, what lies below that, and the parts that are not there. */
interface Found {
  readonly line: number;
  readonly below: Range;
  readonly left: readonly string[];
  /** The lines, with a space for the dash of each item that was gone into: its first key stands like the others. */
  readonly view: readonly string[];
}

function walk(text: readonly string[], range: Range, path: readonly string[]): Found | null {
  const lines = [...text];
  let below = range;
  let line = -1;
  for (const [depth, key] of path.entries()) {
    const isNumber = /^\d+$/.test(path[depth - 1] ?? "");
    if (line >= 0 && !isNumber && inlineOf(lines[line] ?? "") !== "") return null;
    const at = childOf(lines, below, key);
    if (at < 0) return { line, below, left: path.slice(depth), view: lines };
    line = at;
    const item = /^\d+$/.test(key);
    below = belowOf(lines, at, below.to, item);
    if (item) lines[at] = (lines[at] ?? "").replace("-", " ");
  }
  return { line, below, left: [], view: lines };
}

/** The line of a child: of a mapping by its key, of a list by its number. */
function childOf(lines: readonly string[], { from, to }: Range, key: string): number {
  const own = (i: number) => !isBlank(lines[i] ?? "");
  const all = Array.from({ length: to - from }, (_, i) => from + i).filter(own);
  const indent = Math.min(...all.map((i) => indentOf(lines[i] ?? "")));
  const children = all.filter((i) => indentOf(lines[i] ?? "") === indent);
  if (/^\d+$/.test(key)) return children.filter((i) => isItem(lines[i] ?? ""))[Number(key)] ?? -1;
  return children.find((i) => keyOf(lines[i] ?? "") === key) ?? -1;
}

function belowOf(lines: readonly string[], line: number, end: number, item: boolean): Range {
  const own = lines[line] ?? "";
  const indent = own.length - own.trimStart().length;
  let to = line + 1;
  // A list may stand as far left as the key that it belongs to.
  const inside = (text: string) =>
    isBlank(text) ||
    text.search(/\S/) > indent ||
    (!item && !isItem(own) && isItem(text) && text.search(/\S/) === indent);
  while (to < end && inside(lines[to] ?? "")) to++;
  while (to > line + 1 && isBlank(lines[to - 1] ?? "")) to--;
  // The first line of an item holds its first key.
  return { from: item ? line : line + 1, to };
}

function applied(lines: readonly string[], range: Range, { op, path, value }: Operation): string[] | null {
  const parts = path.split("/").slice(1).map(unescaped);
  const found = walk(lines, range, parts);
  if (!found) return null;
  if (op === "remove") {
    if (found.left.length > 0) return [...lines];
    if (isItem(lines[found.line] ?? "")) return null;
    return [...lines.slice(0, found.line), ...lines.slice(found.below.to)];
  }
  if (op !== "add" && op !== "replace") return null;
  const [last = "", ...before] = [...parts].reverse();
  if (found.left.length === 0) {
    if (/^\d+$/.test(last)) return null;
    const own = lines[found.line] ?? "";
    const head = own.slice(0, own.indexOf(":", own.indexOf(last)) + 1);
    const comment = typeof value !== "object" ? (/\s+#.*$/.exec(own)?.[0] ?? "") : "";
    const indent = head.search(/[^\s-]/);
    return [
      ...lines.slice(0, found.line),
      ...written(head, value, indent, comment),
      ...lines.slice(found.below.to),
    ];
  }
  if (found.left.some((part) => /^(\d+|-)$/.test(part)) || (before.length > 0 && found.line < 0)) return null;
  const [key = "", ...deeper] = found.left;
  const nested = [...deeper].reverse().reduce<unknown>((inner, part) => ({ [part]: inner }), value);
  const sibling = found.view.slice(found.below.from, found.below.to).find((l) => !isBlank(l));
  const indent = indentOf(sibling ?? found.view[found.line] ?? "") + (sibling ? 0 : 2);
  const end = found.below.to;
  return [
    ...lines.slice(0, end),
    ...written(`${" ".repeat(indent)}${key}:`, nested, indent, ""),
    ...lines.slice(end),
  ];
}

function written(head: string, value: unknown, indent: number, comment: string): string[] {
  if (typeof value !== "object" || value === null) return [`${head} ${scalar(value)}${comment}`];
  if (Array.isArray(value)) return [`${head} ${JSON.stringify(value)}`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${head} {}`];
  const deeper = indent + 2;
  return [head, ...entries.flatMap(([k, v]) => written(`${" ".repeat(deeper)}${k}:`, v, deeper, ""))];
}

/** What YAML would read as something else than text stands in quotes. */
function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const plain = /^[A-Za-z_/][\w./@-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

const isBlank = (line: string): boolean => /^\s*(#.*)?$/.test(line);

const isItem = (line: string): boolean => /^\s*-(\s|$)/.test(line);

const indentOf = (line: string): number => line.search(/\S/);

const keyOf = (line: string): string | null =>
  /^\s*(?:-\s+)?(?:"([^"]+)"|'([^']+)'|([^\s#"'][^:#]*?))\s*:(?:\s|$)/.exec(line)?.slice(1).find(Boolean) ??
  null;

const inlineOf = (line: string): string =>
  (/:(?:\s+(.*))?$/.exec(line.replace(/\s+#.*$/, ""))?.[1] ?? "").trim();
