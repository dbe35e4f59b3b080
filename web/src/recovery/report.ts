/** What happened, for whoever is to mend it. It has no manifests in it: those are the user's. */

export interface Facts {
  readonly version: string;
  readonly message: string;
  readonly stack: string;
  readonly time: Date;
  readonly browser: string;
  readonly view: string;
  readonly example: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What the engine was asked, the last thing last. */
  readonly asked: readonly string[];
}

export function reportOf(f: Facts): string {
  const files = f.files.map(
    ({ name, text }) => `${name} (${text.split("\n").length} lines, ${text.length} characters)`,
  );
  return [
    "### svcscope has failed",
    "",
    `- what: ${f.message}`,
    `- when: ${f.time.toISOString()}`,
    `- version: ${f.version || "not known yet"}, Kubernetes 1.37`,
    `- browser: ${f.browser}`,
    `- view: ${f.view}`,
    `- open: ${f.example}; ${files.join(", ") || "no files"}`,
    `- asked of the engine: ${f.asked.join(", ") || "nothing"}`,
    ...(f.stack ? ["", "```", f.stack.trim(), "```"] : []),
    "",
    "The manifests are not part of this. Please add them if you may.",
    "",
  ].join("\n");
}
