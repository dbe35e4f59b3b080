import { writeFile } from "node:fs/promises";
import { version, type Finding, type TextEdit, type TextFile } from "../index.js";
import { UsageError, type Command } from "./command.js";
import { FORMATS, placeOf, type Diagnostic } from "./diagnostics.js";
import { manifests } from "./files.js";
import { CLUSTER_OPTIONS, SETTLES_MS, all, applyAll, newCluster, type Problem } from "./new-cluster.js";

/** The worst first. */
const SEVERITIES = ["error", "warning", "hint"] as const;
/** More often nobody's files are mended: then fixes would undo each other. */
const ROUNDS = 10;

/** `svcscope check`: what is wrong with manifests: for the API server, or with the traffic to their Services. */
export const checkCommand: Command = {
  summary: "say what is wrong with manifests: what the API server refuses, and why traffic would not arrive",
  usage: "[--format text|json|github|sarif] [--fail-on error|warning|hint] [--fix] FILE… (folders, too; - is the standard input)",
  options: {
    ...CLUSTER_OPTIONS,
    format: { type: "string", default: "text" },
    "fail-on": { type: "string", default: "error" },
    fix: { type: "boolean" },
  },
  async run({ options, operands }) {
    const format = FORMATS.get(String(options["format"]));
    if (format === undefined) throw new UsageError(`--format: ${JSON.stringify(options["format"])} is none of ${[...FORMATS.keys()].join(", ")}`);
    const worst = SEVERITIES.findIndex((severity) => severity === options["fail-on"]);
    if (worst < 0) throw new UsageError(`--fail-on: ${JSON.stringify(options["fail-on"])} is none of ${SEVERITIES.join(", ")}`);
    let files = await manifests([...all(options["filename"]), ...operands], options["recursive"] === true);
    if (files.length === 0) throw new UsageError("there are no files to check");
    let found = await look(files, options);
    if (options["fix"] === true) {
      const mended = await mend(files, found, options);
      for (const [i, { name, text }] of mended.files.entries()) {
        if (text !== files[i]!.text && name !== "<stdin>") await writeFile(name, text);
      }
      for (const title of mended.titles) console.error(`fixed: ${title}`);
      ({ files, found } = mended);
    }
    const diagnostics = told(files, found);
    const said = format(diagnostics, version());
    if (said !== "") console.log(said);
    if (options["format"] === "text") console.error(summary(diagnostics, files.length));
    return diagnostics.some(({ severity }) => SEVERITIES.indexOf(severity) <= worst) ? 1 : 0;
  },
};

interface Found {
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
}

/** What a new cluster makes of the files. */
async function look(files: readonly TextFile[], options: Parameters<typeof newCluster>[0]): Promise<Found> {
  const cluster = await newCluster(options);
  try {
    const outcomes = applyAll(cluster, files);
    cluster.advanceUntilQuiet(SETTLES_MS);
    // What the cluster brings along itself is not the user's business.
    const findings = cluster.findings(files).filter(({ at, place }) => at !== undefined || place.namespace !== "kube-system");
    return { problems: outcomes.flatMap(({ problems }) => problems), findings };
  } finally {
    cluster.free();
  }
}

/** The files with all fixes done that can be done, and what is still found then. */
async function mend(files: readonly TextFile[], found: Found, options: Parameters<typeof newCluster>[0]) {
  const titles: string[] = [];
  let now = [...files];
  for (let round = 0; round < ROUNDS; round++) {
    const fixes = found.findings.flatMap(({ fix }) => (fix?.edit === undefined ? [] : [{ title: fix.title, edit: fix.edit }]));
    const done = fixes.filter(({ edit }, i) => fixes.slice(0, i).every((before) => !overlap(before.edit, edit)));
    if (done.length === 0) break;
    now = now.map((file) => ({ ...file, text: edited(file, done.map(({ edit }) => edit)) }));
    titles.push(...done.map(({ title, edit }) => `${edit.file}: ${title}`));
    found = await look(now, options);
  }
  return { files: now, found, titles };
}

const overlap = (a: TextEdit, b: TextEdit): boolean => a.file === b.file && a.from <= b.to && b.from <= a.to;

function edited({ name, text }: TextFile, edits: readonly TextEdit[]): string {
  const own = edits.filter(({ file }) => file === name).sort((a, b) => b.from - a.from);
  return own.reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}

/** File by file, from the top to the bottom; behind them what is in no file. */
function told(files: readonly TextFile[], { problems, findings }: Found): Diagnostic[] {
  const textOf = new Map(files.map(({ name, text }) => [name, text]));
  const place = ({ file, from, to }: { file: string; from: number; to: number }) => placeOf(file, textOf.get(file) ?? "", from, to);
  const diagnostics: Diagnostic[] = [
    ...problems.map((problem): Diagnostic => ({ id: problem.reason, severity: "error", message: problem.message, at: place(problem) })),
    ...findings.map(({ id, severity, message, at, place: { kind, namespace, name }, fix }) => ({
      id,
      severity,
      message,
      object: `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`,
      ...(at && { at: place(at) }),
      ...(fix && { fix: fix.title }),
    })),
  ];
  const order = new Map(files.map(({ name }, i) => [name, i]));
  const rank = ({ at }: Diagnostic): [number, number, number] =>
    at === undefined ? [files.length, 0, 0] : [order.get(at.file) ?? 0, at.line, at.column];
  return diagnostics.sort((a, b) => compare(rank(a), rank(b)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** `1 error, 2 hints in 3 files` */
function summary(diagnostics: readonly Diagnostic[], files: number): string {
  const counts = SEVERITIES.map((severity) => [severity, diagnostics.filter((d) => d.severity === severity).length] as const);
  const said = counts.filter(([, n]) => n > 0).map(([severity, n]) => `${n} ${severity}${n === 1 ? "" : "s"}`);
  return `${said.length === 0 ? "nothing wrong" : said.join(", ")} in ${files} ${files === 1 ? "file" : "files"}`;
}
