/** Reads what a user hands over: files, folders, or both. What is no manifest is left out, and so is what is too much. */
import type { SourceFile } from "../engine/protocol.ts";

/** More than this is not for a tab. */
const MOST_FILES = 500;
const MOST_BYTES = 8 * 1024 * 1024;
const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Nobody means these who drops a folder. */
const PASSED_OVER = /(?:^|\/)(?:\.[^/]|node_modules\/)/;

export interface Handed {
  readonly files: readonly SourceFile[];
  /** Why there are not more; empty if all were read. */
  readonly problem: string;
}

export interface Source {
  /** With its folders, if it was found in some. */
  readonly path: string;
  readonly file: Pick<File, "size" | "text">;
}

export async function read(sources: readonly Source[]): Promise<Handed> {
  const single = sources.length === 1;
  const wanted = sources.filter(({ path }) => single || (MANIFEST.test(path) && !PASSED_OVER.test(path)));
  if (wanted.length === 0) return { files: [], problem: "There is no .yml, .yaml or .json file in it." };
  if (wanted.length > MOST_FILES) {
    return { files: [], problem: `These are ${wanted.length} files. At most ${MOST_FILES} can be opened.` };
  }
  const bytes = wanted.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES) {
    return {
      files: [],
      problem: `These are ${megabytes(bytes)}. At most ${megabytes(MOST_BYTES)} can be opened.`,
    };
  }
  const names = shortened(wanted.map((source) => source.path));
  const texts = await Promise.all(wanted.map(({ file }) => file.text()));
  const binary = texts.findIndex((text) => text.slice(0, 4096).includes("\u0000"));
  if (binary >= 0) return { files: [], problem: `${names[binary] ?? "It"} is no text.` };
  return { files: texts.map((text, i) => ({ name: names[i] ?? "", text })).sort(byName), problem: "" };
}

const byName = (a: SourceFile, b: SourceFile): number =>
  a.name.localeCompare(b.name, "en", { numeric: true });

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Names without the folders that all have in common; none stands for two files. */
function shortened(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split("/"));
  let common = 0;
  while (parts.every((p) => p.length > common + 1 && p[common] === parts[0]?.[common])) common++;
  const taken = new Map<string, number>();
  return parts.map((p) => {
    const name = p.slice(common).join("/").slice(-80) || "file.yml";
    const times = taken.get(name) ?? 0;
    taken.set(name, times + 1);
    return times === 0 ? name : `${times + 1}-${name}`;
  });
}

/** The files in what was dropped; folders are walked. */
export async function dropped(entries: readonly (FileSystemEntry | File | null)[]): Promise<Source[]> {
  const found: Source[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (entry) await walk(entry, found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, found: Source[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (found.length > MOST_FILES * 4 || PASSED_OVER.test(path)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // It hands out a hundred at a time, and at last none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const one of some) await walk(one, found);
  }
}

export const picked = (list: readonly File[]): Source[] =>
  list.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
