import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TextFile } from "../index.js";
import type { Command } from "./command.js";
import { standardInput } from "./files.js";
import { CLUSTER_OPTIONS, SETTLES_MS, filledCluster } from "./new-cluster.js";

/** `svcscope kubectl`: kubectl against a new cluster to which files were applied. */
export const kubectlCommand: Command = {
  summary: "run a command of kubectl in a new cluster that has what the files say",
  usage: "[-f FILE…] KUBECTL-COMMAND [ARGUMENTS]   what follows the command is kubectl's own",
  options: CLUSTER_OPTIONS,
  ownWords: true,
  async run({ options, operands }) {
    const cluster = await filledCluster(options);
    if (cluster === undefined) return 1;
    cluster.advanceUntilQuiet(SETTLES_MS);
    const stdin = operands.includes("-") ? await standardInput() : "";
    const { stdout, stderr, code } = cluster.kubectl(operands, { stdin, files: await named(operands) });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    return code;
  },
};

/** The files that kubectl's own words name: it sees no others. */
async function named(words: readonly string[]): Promise<TextFile[]> {
  const files: TextFile[] = [];
  const names = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1), word.replace(/^-f=?/, "")]);
  for (const name of new Set(names)) files.push(...(await read(name)));
  return files;
}

async function read(name: string): Promise<TextFile[]> {
  const found = await stat(name).catch(() => undefined);
  if (found?.isFile()) return [{ name, text: await readFile(name, "utf8") }];
  if (!found?.isDirectory()) return [];
  const inside = await readdir(name, { withFileTypes: true });
  const files = inside.filter((entry) => entry.isFile()).map((entry) => join(name, entry.name));
  return Promise.all(files.map(async (file) => ({ name: file, text: await readFile(file, "utf8") })));
}
