/** Opening and saving: what a user hands over takes the place of what is there, and can be taken back. */
import type { Problem, SourceFile } from "../engine/protocol.ts";
import { open, replaceFiles, showTab } from "../state/actions.ts";
import { example, files, news, problems } from "../state/store.ts";
import { tidy, withoutClusterIp } from "./dump.ts";
import { isDump } from "./looks.ts";
import { dropped, type Handed, picked, read } from "./read.ts";

/** The name that stands for files that are no example's. */
export const OWN = "own";
/** Each round may free one Service of addresses that this cluster does not have. */
const ROUNDS = 50;

export async function openDropped(entries: Parameters<typeof dropped>[0]): Promise<void> {
  await take(await read(await dropped(entries)));
}

export async function openPicked(list: readonly File[]): Promise<void> {
  await take(await read(picked(list)));
}

export async function openText(name: string, text: string): Promise<void> {
  await take(await read([{ path: name, file: { size: text.length, text: async () => text } }]));
}

async function take({ files: handed, problem }: Handed): Promise<void> {
  if (handed.length === 0) {
    news.value = { lines: [problem], bad: true };
    return;
  }
  const before = { example: example.peek(), files: files.peek() };
  const undo = () => {
    news.value = null;
    void open(before.example, before.files);
  };
  const { files: cleaned, notes } = tidied(handed);
  const many = cleaned.length === 1 ? (cleaned[0]?.name ?? "") : `${cleaned.length} files`;
  news.value = { lines: [`Opened ${many}.`, ...notes], bad: false, undo };
  showTab("topology");
  await open(OWN, cleaned);
  if (notes.length > 0) await freeAddresses();
}

function tidied(handed: readonly SourceFile[]): { files: readonly SourceFile[]; notes: readonly string[] } {
  const notes: string[] = [];
  const cleaned = handed.map((file) => {
    if (!isDump(file.text)) return file;
    const { text, notes: own } = tidy(file.text);
    notes.push("Left out what a cluster writes itself: status, uid and the like.", ...own);
    return { name: file.name.replace(/\.json$/i, ".yml"), text };
  });
  return { files: cleaned, notes: [...new Set(notes)] };
}

/** The fields in which the API server says that an address is not to be had. */
const TAKEN =
  /clusterIPs?\b.*(?:not in the valid range|not in any configured|already allocated|failed to allocate|not configured)/i;

/** Another cluster has other cluster IPs: where this one's API server refuses them, the Service gets a new one. */
async function freeAddresses(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const problem = problems.peek().find((p) => TAKEN.test(p.message));
    if (!problem) return;
    const next = files.peek().map((f) => (f.name === problem.file ? freed(f, problem) : f));
    if (next.every((f, i) => f.text === files.peek()[i]?.text)) return;
    await replaceFiles(next);
    const line = "Services get new cluster IPs: this cluster does not have the old ones.";
    const now = news.peek();
    if (now && !now.lines.includes(line)) news.value = { ...now, lines: [...now.lines, line] };
  }
}

const freed = (file: SourceFile, problem: Problem): SourceFile => ({
  name: file.name,
  text: withoutClusterIp(file.text, problem.from),
});

/** The same for files that were pasted into the editor. */
export async function tidyUp(): Promise<void> {
  const before = files.peek();
  const { files: cleaned, notes } = tidied(before);
  news.value = {
    lines: notes,
    bad: false,
    undo: () => void replaceFiles(before).then(() => (news.value = null)),
  };
  await replaceFiles(cleaned);
  await freeAddresses();
}

/** All files as one, as `kubectl apply -f` takes it; names stand in comments. */
export function asOne(all: readonly SourceFile[]): string {
  const [only] = all;
  if (only && all.length === 1) return only.text;
  const parts = all.filter((file) => file.text.trim() !== "");
  return parts.map((file) => `# ${file.name}\n${file.text.trim()}\n`).join("---\n");
}

export function save(): void {
  const all = files.peek();
  const [only] = all;
  const name = only && all.length === 1 ? only.name.replaceAll("/", "-") : "manifests.yml";
  download(name, "text/yaml", asOne(all));
}

/** Hands a file to the browser, as if it had been fetched. */
export function download(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
