/** What can be done to a cluster by a click, as plain data; and the kubectl command that each act equals. */

/** An object by its kind and name; the namespace is empty where the kind has none. */
export interface Ref {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export type Act = { readonly of: Ref } & (
  | { readonly act: "delete" }
  | { readonly act: "cordon" }
  | { readonly act: "uncordon" }
  | { readonly act: "drain" }
  | { readonly act: "scale"; readonly replicas: number }
  | { readonly act: "image"; readonly container: string; readonly image: string }
  | { readonly act: "restart" }
  | { readonly act: "roll back" }
  | { readonly act: "selector"; readonly selector: Readonly<Record<string, string>> }
  /** Null takes it away. */
  | { readonly act: "label" | "annotate"; readonly key: string; readonly value: string | null }
  /** Sets fields of the spec. */
  | { readonly act: "spec"; readonly spec: Readonly<Record<string, unknown>> }
  /** A JSON patch (RFC 6902). */
  | { readonly act: "patch"; readonly operations: readonly unknown[] }
);

/** The command that does the same, as one would type it into a shell. */
export function commandOf(act: Act): string {
  const namespace = act.of.namespace === "" || act.of.namespace === "default" ? [] : ["-n", act.of.namespace];
  return ["kubectl", ...words(act), ...namespace].map(quoted).join(" ");
}

function words(act: Act): string[] {
  const { name } = act.of;
  const kind = act.of.kind.toLowerCase();
  switch (act.act) {
    case "delete":
      return ["delete", kind, name];
    case "cordon":
    case "uncordon":
      return [act.act, name];
    case "drain":
      return ["drain", name, "--ignore-daemonsets", "--delete-emptydir-data"];
    case "scale":
      return ["scale", `${kind}/${name}`, `--replicas=${act.replicas}`];
    case "image":
      return ["set", "image", `${kind}/${name}`, `${act.container}=${act.image}`];
    case "restart":
      return ["rollout", "restart", `${kind}/${name}`];
    case "roll back":
      return ["rollout", "undo", `${kind}/${name}`];
    case "selector":
      return ["set", "selector", kind, name, labelsText(act.selector)];
    case "label":
    case "annotate":
      return act.value === null
        ? [act.act, kind, name, `${act.key}-`]
        : [act.act, kind, name, `${act.key}=${act.value}`, "--overwrite"];
    case "spec":
      return ["patch", kind, name, "-p", JSON.stringify({ spec: act.spec })];
    case "patch":
      return ["patch", kind, name, "--type=json", "-p", JSON.stringify(act.operations)];
  }
}

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** `app=web,version=4.2` as labels; null if it is none. An empty text is no label at all. */
export function labelsOf(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  for (const part of text.split(",").map((p) => p.trim())) {
    if (part === "") continue;
    const [key = "", value, ...more] = part.split("=");
    if (key === "" || value === undefined || more.length > 0) return null;
    labels[key.trim()] = value.trim();
  }
  return labels;
}

/** What a shell would take apart stands in quotes. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
