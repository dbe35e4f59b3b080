/**
 * The outline of YAML as kubectl prints it: block style, two spaces, one key a line. Blocks are found by their
 * indentation, so that all that is not touched stays as it is, character by character. JSON is printed like this first.
 */

export type Lines = readonly string[];

/** The objects in a text: documents, and the items of lists. */
export function objectsOf(text: string): Lines[] {
  const source = isJson(text) ? yamlOf(text) : text;
  const documents = source.replaceAll("\r\n", "\n").split(/^---(?:[ \t].*)?$/m);
  return documents
    .map((document) =>
      document
        .replace(/^(?:[ \t]*\n)+/, "")
        .trimEnd()
        .split("\n"),
    )
    .filter((lines) => lines.some((line) => isKept(line)))
    .flatMap((lines) => (scalar(lines, ["kind"]).endsWith("List") ? itemsOf(lines) : [lines]));
}

const isJson = (text: string): boolean => /^\s*\{/.test(text);

function itemsOf(lines: Lines): Lines[] {
  const own = block(lines, ["items"]);
  if (!own) return [lines];
  const first = own.find((line) => line.trimStart().startsWith("- "));
  if (first === undefined) return [];
  const indent = indentOf(first);
  const items: string[][] = [];
  for (const line of own) {
    if (indentOf(line) === indent && line.trimStart().startsWith("- ")) items.push([line.slice(indent + 2)]);
    else items.at(-1)?.push(line.slice(indent + 2));
  }
  return items;
}

/** Neither empty nor a comment. */
const isKept = (line: string): boolean => line.trim() !== "" && !line.trimStart().startsWith("#");

const indentOf = (line: string): number => line.length - line.trimStart().length;

interface Range {
  /** The line with the key. */
  readonly start: number;
  /** After the last one that belongs to it. */
  readonly end: number;
}

/** Where the value of a path stands. */
function find(lines: Lines, path: readonly string[]): Range | null {
  let range: Range = { start: -1, end: lines.length };
  for (const key of path) {
    const next = keysIn(lines, range).find((found) => found.key === key);
    if (!next) return null;
    range = next;
  }
  return range;
}

/** The keys directly within a block, each with its own block. */
function keysIn(lines: Lines, { start, end }: Range): (Range & { readonly key: string })[] {
  const first = lines.slice(start + 1, end).find(isKept);
  if (first === undefined) return [];
  const indent = indentOf(first);
  if (start >= 0 && indent <= indentOf(lines[start] ?? "")) return [];
  const keys: { key: string; start: number; end: number }[] = [];
  for (let i = start + 1; i < end; i++) {
    const line = lines[i] ?? "";
    const key =
      indentOf(line) === indent
        ? /^\s*("[^"]+"|'[^']+'|[^\s:#'"-][^:]*):(?:\s|$)/.exec(line)?.[1]
        : undefined;
    const last = keys.at(-1);
    if (last) last.end = i;
    if (key !== undefined) keys.push({ key: key.replace(/^["']|["']$/g, ""), start: i, end });
  }
  const last = keys.at(-1);
  if (last) last.end = end;
  // A list may stand as far left as its key: those lines were counted to it already.
  return keys.map((k, i) => ({ ...k, end: keys[i + 1]?.start ?? end }));
}

/** The lines below a key; undefined if it is not there. */
export function block(lines: Lines, path: readonly string[]): Lines | undefined {
  const range = find(lines, path);
  return range ? lines.slice(range.start + 1, range.end) : undefined;
}

/** The keys directly below a path. */
export function children(lines: Lines, path: readonly string[]): string[] {
  const range = find(lines, path);
  return range ? keysIn(lines, range).map((k) => k.key) : [];
}

/** A plain value; empty if there is none. */
export function scalar(lines: Lines, path: readonly string[]): string {
  const range = find(lines, path);
  const text = range ? (lines[range.start] ?? "") : "";
  return text
    .slice(text.indexOf(":") + 1)
    .trim()
    .replace(/^["']|["']$/g, "");
}

/** The lines without some of the keys directly below a path, and all that belongs to them. */
export function without(lines: Lines, path: readonly string[], keys: readonly string[]): Lines {
  const range = path.length === 0 ? { start: -1, end: lines.length } : find(lines, path);
  if (!range) return lines;
  const gone = keysIn(lines, range).filter((k) => keys.includes(k.key));
  return lines.filter((_, i) => !gone.some((k) => i >= k.start && i < k.end));
}

/** JSON as kubectl prints it in YAML; what is no JSON stays as it is. */
function yamlOf(text: string): string {
  try {
    return printed(JSON.parse(text), 0).join("\n");
  } catch {
    return text;
  }
}

function printed(value: unknown, indent: number): string[] {
  const space = " ".repeat(indent);
  const nested = (v: unknown) => typeof v === "object" && v !== null && Object.keys(v).length > 0;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!nested(item)) return [`${space}- ${JSON.stringify(item)}`];
      const [first = "", ...rest] = printed(item, indent + 2);
      return [`${space}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value as Record<string, unknown>).flatMap(([key, v]) => {
    const name = /^[A-Za-z_][\w./-]*$/.test(key) ? key : JSON.stringify(key);
    const plain =
      typeof v === "string" &&
      /^[A-Za-z][\w./-]*$/.test(v) &&
      !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(v);
    return nested(v)
      ? [`${space}${name}:`, ...printed(v, Array.isArray(v) ? indent : indent + 2)]
      : [`${space}${name}: ${plain ? v : JSON.stringify(v)}`];
  });
}
