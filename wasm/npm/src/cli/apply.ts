import { readFile } from "node:fs/promises";
import { Cluster, ManifestError, StatusError, type Applied, type Place } from "../index.js";
import { UsageError, type Command } from "./command.js";

/** `svcscope apply`: says what a new cluster makes of manifests, as kubectl says it. */
export const applyCommand: Command = {
  summary: "apply manifests to a new cluster and say what became of them",
  usage: "-f FILE… (- is the standard input)",
  options: { filename: { type: "string", short: "f", multiple: true } },
  async run({ options, operands }) {
    const named = Array.isArray(options["filename"]) ? options["filename"].map(String) : [];
    const files = [...named, ...operands];
    if (files.length === 0) throw new UsageError("must specify -f");
    const cluster = await Cluster.create();
    let code = 0;
    for (const file of files) {
      const text = await read(file);
      try {
        cluster.apply(text).forEach(report);
      } catch (error) {
        if (!(error instanceof ManifestError || error instanceof StatusError)) throw error;
        for (const place of error.places) console.error(positioned(file, place));
        code = 1;
      }
    }
    return code;
  },
};

/** `deployment.apps/web created` */
function report({ apiVersion, kind, name, result, warnings }: Applied): void {
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  const [group, version] = apiVersion.split("/");
  const resource = version === undefined ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  console.log(`${resource}/${name} ${result}`);
}

/** `svc.yml:7:13: …`: what editors and CI know how to follow. */
function positioned(file: string, { line, column, message }: Place): string {
  return `${file === "-" ? "<stdin>" : file}:${line}:${column}: ${message}`;
}

async function read(file: string): Promise<string> {
  if (file === "-") {
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts).toString("utf8");
  }
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw missing ? new Error(`the path ${JSON.stringify(file)} does not exist`) : error;
  }
}
