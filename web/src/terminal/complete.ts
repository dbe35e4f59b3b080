/** What may come next in a command line of kubectl. The cluster itself is asked for kinds and names. */

/** Asks kubectl; nothing if it says no. */
export type Look = (args: readonly string[]) => Promise<string>;

export interface Known {
  readonly look: Look;
  /** Names of the editor's files. */
  readonly files: readonly string[];
}

/** What a word may be: fixed words, kinds, names of a kind, or either as `kind/name`. */
type Slot = readonly string[] | "kind" | "name" | "object" | "pod" | "node" | "none";

interface Command {
  readonly slots: readonly Slot[];
  readonly flags?: readonly string[];
}

const EVERYWHERE = ["--namespace=", "--help"];
const SELECTING = ["--selector=", "--all-namespaces"];
const WORKLOADS = ["deployment", "daemonset", "statefulset"];

const COMMANDS: Readonly<Record<string, Command>> = {
  annotate: { slots: ["kind", "name"], flags: ["--overwrite", "--all", "--list", ...SELECTING] },
  "api-resources": {
    slots: [],
    flags: ["--namespaced=", "--api-group=", "--output=", "--verbs=", "--no-headers"],
  },
  "api-versions": { slots: [] },
  apply: {
    slots: [],
    flags: ["--filename=", "--server-side", "--dry-run=", "--output=", "--prune", "--selector="],
  },
  autoscale: { slots: [WORKLOADS, "name"], flags: ["--min=", "--max=", "--cpu="] },
  "cluster-info": { slots: [] },
  cordon: { slots: ["node"] },
  create: {
    slots: [["configmap", "cronjob", "deployment", "ingress", "job", "namespace", "secret", "service"]],
    flags: [
      "--filename=",
      "--image=",
      "--replicas=",
      "--port=",
      "--tcp=",
      "--dry-run=",
      "--output=",
      "--save-config",
    ],
  },
  delete: {
    slots: ["kind", "name"],
    flags: [
      "--filename=",
      "--all",
      "--now",
      "--force",
      "--grace-period=",
      "--cascade=",
      "--ignore-not-found",
      "--wait=",
      ...SELECTING,
    ],
  },
  describe: { slots: ["kind", "name"], flags: ["--filename=", "--show-events=", ...SELECTING] },
  diff: { slots: [], flags: ["--filename=", "--server-side"] },
  drain: {
    slots: ["node"],
    flags: ["--ignore-daemonsets", "--force", "--grace-period=", "--delete-emptydir-data"],
  },
  explain: { slots: ["kind"], flags: ["--recursive", "--api-version="] },
  expose: {
    slots: [["deployment", "pod", "replicaset", "service"], "name"],
    flags: [
      "--name=",
      "--port=",
      "--target-port=",
      "--type=",
      "--protocol=",
      "--selector=",
      "--cluster-ip=",
      "--external-ip=",
      "--session-affinity=",
      "--dry-run=",
      "--output=",
    ],
  },
  get: {
    slots: ["kind", "name"],
    flags: [
      "--output=",
      "--show-labels",
      "--label-columns=",
      "--sort-by=",
      "--field-selector=",
      "--no-headers",
      "--ignore-not-found",
      "--filename=",
      "--watch",
      ...SELECTING,
    ],
  },
  label: { slots: ["kind", "name"], flags: ["--overwrite", "--all", "--list", ...SELECTING] },
  patch: { slots: ["kind", "name"], flags: ["--patch=", "--type=", "--dry-run=", "--subresource="] },
  replace: { slots: [], flags: ["--filename=", "--force", "--save-config"] },
  rollout: {
    slots: [["history", "pause", "restart", "resume", "status", "undo"], WORKLOADS, "name"],
    flags: ["--revision=", "--to-revision=", "--timeout=", "--watch="],
  },
  run: {
    slots: ["none"],
    flags: [
      "--image=",
      "--port=",
      "--labels=",
      "--expose",
      "--env=",
      "--dry-run=",
      "--output=",
      "--restart=",
    ],
  },
  scale: {
    slots: [["deployment", "replicaset", "statefulset"], "name"],
    flags: ["--replicas=", "--current-replicas=", "--filename=", "--all"],
  },
  set: {
    slots: [["env", "image", "resources", "selector", "serviceaccount"], "kind", "name"],
    flags: ["--all", "--dry-run=", "--output="],
  },
  taint: { slots: [["nodes"], "node"], flags: ["--overwrite", "--all"] },
  top: { slots: [["nodes", "pods"]] },
  uncordon: { slots: ["node"] },
  version: { slots: [], flags: ["--output=", "--client"] },
  wait: { slots: ["object"], flags: ["--for=", "--timeout=", "--all", ...SELECTING] },
};

/** Flags whose value is the next word, by their short names. */
const VALUED: Readonly<Record<string, string>> = {
  "-n": "namespace",
  "-o": "output",
  "-f": "filename",
  "-l": "selector",
  "-L": "label-columns",
  "-p": "patch",
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  output: ["wide", "yaml", "json", "name", "jsonpath=", "custom-columns=", "go-template="],
  "dry-run": ["client", "server", "none"],
  type: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
  "session-affinity": ["None", "ClientIP"],
  protocol: ["TCP", "UDP", "SCTP"],
  cascade: ["background", "foreground", "orphan"],
  restart: ["Always", "OnFailure", "Never"],
  for: ["condition=Ready", "condition=Available", "delete"],
};

const PATCHES = ["strategic", "merge", "json"];

/** The words of the page's own. */
export const OWN = ["cat", "clear", "exit", "help", "history", "ls"];

/** What the last word can be, given all words so far; `last` is empty where a new one begins. */
export async function candidates(words: readonly string[], last: string, known: Known): Promise<string[]> {
  const before = last === "" ? words : words.slice(0, -1);
  const [program, verb] = before;
  if (program === undefined) return fitting(["kubectl", ...OWN], last);
  if (program === "cat") return fitting(known.files, last);
  if (program !== "kubectl" && program !== "k") return [];
  if (verb === undefined) return fitting(Object.keys(COMMANDS), last);
  const command = COMMANDS[verb];
  if (!command) return [];

  const flag = VALUED[before.at(-1) ?? ""];
  if (flag !== undefined) return fitting(await valuesOf(flag, verb, known), last);
  const equals = /^--([a-z-]+)=/.exec(last);
  if (equals?.[1]) {
    const values = await valuesOf(equals[1], verb, known);
    return fitting(
      values.map((value) => `${equals[0]}${value}`),
      last,
    );
  }
  if (last.startsWith("-")) return fitting([...(command.flags ?? []), ...EVERYWHERE], last);

  const { places, namespace } = positional(before.slice(2));
  return fitting(await fillers(command.slots, places, last, namespace, known.look), last);
}

const fitting = (all: readonly string[], last: string): string[] =>
  [...new Set(all)].filter((word) => word.startsWith(last)).sort();

/** The words that are no flags and no values of flags; and the namespace, if one is named. */
function positional(words: readonly string[]): { places: string[]; namespace: string } {
  const places: string[] = [];
  let namespace = "";
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (VALUED[word] !== undefined) {
      i++;
      if (word === "-n") namespace = words[i] ?? "";
    } else if (word.startsWith("--namespace=")) {
      namespace = word.slice("--namespace=".length);
    } else if (!word.startsWith("-")) {
      places.push(word);
    }
  }
  return { places, namespace };
}

async function valuesOf(flag: string, verb: string, { look, files }: Known): Promise<readonly string[]> {
  if (flag === "filename") return files;
  if (flag === "namespace") return names(look, "namespaces", "");
  if (flag === "type" && verb === "patch") return PATCHES;
  return VALUES[flag] ?? [];
}

async function fillers(
  slots: readonly Slot[],
  places: readonly string[],
  last: string,
  namespace: string,
  look: Look,
): Promise<readonly string[]> {
  // `kind/name` fills two places at once.
  const slash = last.indexOf("/");
  if (slash > 0) {
    const kind = last.slice(0, slash);
    return (await names(look, kind, namespace)).map((name) => `${kind}/${name}`);
  }
  if (places.some((word) => word.includes("/"))) return [];
  const slot = slots[Math.min(places.length, slots.length - 1)];
  if (slot === undefined || slot === "none") return [];
  if (typeof slot !== "string") return places.length < slots.length ? slot : [];
  switch (slot) {
    case "node":
      return names(look, "nodes", "");
    case "pod":
      return names(look, "pods", namespace);
    case "kind":
      return kinds(look);
    case "object":
      return (await kinds(look)).map((kind) => `${kind}/`);
    case "name": {
      const place = slots.indexOf("name") - 1;
      const taken = new Set(places.slice(place + 1));
      return (await names(look, places[place] ?? "", namespace)).filter((name) => !taken.has(name));
    }
  }
}

/** What there is in every cluster and is asked for most. */
const USUAL = [
  "configmaps",
  "daemonsets",
  "deployments",
  "endpoints",
  "endpointslices",
  "events",
  "jobs",
  "namespaces",
  "nodes",
  "pods",
  "replicasets",
  "secrets",
  "services",
  "statefulsets",
];

/** Plural names, without their group. */
async function kinds(look: Look): Promise<readonly string[]> {
  const lines = (await look(["api-resources", "-o", "name"])).split("\n");
  if (lines.length < 2) return USUAL;
  return lines.map((line) => line.split(".")[0] ?? "").filter((name) => name !== "");
}

async function names(look: Look, kind: string, namespace: string): Promise<string[]> {
  if (kind === "" || kind.includes(",")) return [];
  const where = namespace === "" ? [] : ["-n", namespace];
  const lines = (await look(["get", kind, "-o", "name", ...where])).split("\n");
  return lines.flatMap((line) => line.split("/")[1] ?? []);
}

/** What all have in common from the beginning on. */
export function common(words: readonly string[]): string {
  const [first = ""] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
