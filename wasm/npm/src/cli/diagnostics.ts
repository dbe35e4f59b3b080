/** What `svcscope check` has to say, in the formats that people, programs, GitHub and code scanners read. */

import type { Finding } from "../index.js";

/** Something to say about a place in a file. */
export interface Diagnostic {
  readonly id: string;
  readonly severity: Finding["severity"];
  readonly message: string;
  /** Not there where it is about an object that is in none of the files. */
  readonly at?: DiagnosticPlace;
  /** `Service default/web` */
  readonly object?: string;
  /** What would put it right. */
  readonly fix?: string;
}

export interface DiagnosticPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Format = (diagnostics: readonly Diagnostic[], version: string) => string;

/** By the name that `--format` gives them. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["text", (all) => all.map(text).join("\n")],
  ["json", (all) => JSON.stringify(all, null, 2)],
  ["github", (all) => all.map(github).join("\n")],
  ["sarif", (all, version) => JSON.stringify(sarif(all, version), null, 2)],
]);

/** Where a stretch of a text lies, as editors count. */
export function placeOf(file: string, text: string, from: number, to: number): DiagnosticPlace {
  const [line, column] = lineAndColumn(text, from);
  const [endLine, endColumn] = lineAndColumn(text, to);
  return { file, line, column, endLine, endColumn };
}

function lineAndColumn(text: string, offset: number): [number, number] {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return [lines.length, (lines.at(-1) ?? "").length + 1];
}

/** `svc.yml:7:13: error: No pod has the labels app=wbe. [selector-matches-nothing]` */
function text({ id, severity, message, at, object, fix }: Diagnostic): string {
  const place = at === undefined ? (object ?? "") : `${at.file}:${at.line}:${at.column}`;
  const lines = [`${place}: ${severity}: ${message} [${id}]`];
  if (fix !== undefined) lines.push(`    fix: ${fix}`);
  return lines.join("\n");
}

const GITHUB = { error: "error", warning: "warning", hint: "notice" } as const;

/** A workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function github({ id, severity, message, at, object, fix }: Diagnostic): string {
  const about = at === undefined ? `${object ?? ""}: ` : "";
  const place = at === undefined ? {} : { file: at.file, line: at.line, endLine: at.endLine, col: at.column, endColumn: at.endColumn };
  const properties = Object.entries({ ...place, title: id }).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const said = `${about}${message}${fix === undefined ? "" : `\nFix: ${fix}`}`;
  return `::${GITHUB[severity]} ${properties.join(",")}::${escapeData(said)}`;
}

const escapeData = (value: string): string => value.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const escapeProperty = (value: string): string => escapeData(value).replace(/:/g, "%3A").replace(/,/g, "%2C");

const SARIF = { error: "error", warning: "warning", hint: "note" } as const;

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarif(diagnostics: readonly Diagnostic[], version: string): unknown {
  const ids = [...new Set(diagnostics.map(({ id }) => id))].sort();
  const result = ({ id, severity, message, at, object, fix }: Diagnostic): unknown => ({
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: SARIF[severity],
    message: { text: fix === undefined ? message : `${message} Fix: ${fix}.` },
    locations: [
      {
        ...(at && { physicalLocation: { artifactLocation: { uri: uri(at.file) }, region: region(at) } }),
        ...(object !== undefined && { logicalLocations: [{ fullyQualifiedName: object }] }),
      },
    ],
  });
  const driver = { name: "svcscope", version, informationUri: "https://github.com/svcscope/svcscope", rules: ids.map((id) => ({ id })) };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results: diagnostics.map(result) }],
  };
}

const region = ({ line, column, endLine, endColumn }: DiagnosticPlace): unknown => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn,
});

const uri = (file: string): string => file.split(/[\\/]/).map(encodeURIComponent).join("/");
