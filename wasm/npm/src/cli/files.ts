/** The manifests that a command is given: files, folders of files, the standard input. */

import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TextFile } from "../index.js";

/** What `kubectl -f FOLDER` takes of a folder. */
const MANIFEST = /\.(ya?ml|json)$/;

/** The files of that name: of a folder those in it, in the order of their names; of `-` what comes in. */
export async function manifests(named: readonly string[], deep = false): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const name of named) files.push(...(await of(name, deep)));
  return files;
}

async function of(name: string, deep: boolean): Promise<TextFile[]> {
  if (name === "-") return [{ name: "<stdin>", text: await standardInput() }];
  const found = await statOf(name);
  if (!found.isDirectory()) return [{ name, text: await readFile(name, "utf8") }];
  const entries = await readdir(name, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: TextFile[] = [];
  for (const entry of entries) {
    const path = join(name, entry.name);
    if (entry.isDirectory() && deep) files.push(...(await of(path, deep)));
    else if (entry.isFile() && MANIFEST.test(entry.name)) files.push({ name: path, text: await readFile(path, "utf8") });
  }
  return files;
}

export async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

async function statOf(name: string): Promise<Awaited<ReturnType<typeof stat>>> {
  try {
    return await stat(name);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw missing ? new Error(`the path ${JSON.stringify(name)} does not exist`) : error;
  }
}
