/** What the page does: the only place where state is written and the engine is called. */
import { batch } from "@preact/signals";
import { connect, type Engine } from "../engine/client.ts";
import { withDelta } from "../engine/delta.ts";
import type { CallName, Calls, PictureChange, Problem, SourceFile } from "../engine/protocol.ts";
import { byId, CLUSTER_IP, type Example, examples } from "../examples/index.ts";
import { sidesOf } from "../inspector/sides.ts";
import { embeddingOf } from "../share/embed.ts";
import type { Target } from "../stage/layout.ts";
import { isLink } from "./address.ts";
import { shared } from "./share.ts";
import * as s from "./store.ts";
import { aim, flow, send } from "./traffic.ts";

let engine: Engine | null = null;
let looking: ReturnType<typeof setTimeout> | undefined;
/** How often something was opened. */
let opened = 0;
let applying: ReturnType<typeof setTimeout> | undefined;

/** Typing rests this long before the cluster follows. */
const TYPING_PAUSE = 60;
/** What is inspected is read anew so long after a change. */
const LOOKING_PAUSE = 200;
const SESSION = "svcscope.session";
/** A page within a page shows what its link says, and leaves what the reader has of their own alone. */
const embedded = embeddingOf(globalThis.location?.search ?? "") !== null;

/** What was applied last without a problem. */
let good: { readonly example: string; readonly files: readonly SourceFile[] } = {
  example: "chapter",
  files: [],
};
let onCrash: (message: string) => void = () => undefined;

export const lastGood = (): typeof good =>
  good.files.length > 0 ? good : { example: "chapter", files: byId("chapter").files };
export const engineLog = (): readonly string[] => engine?.log() ?? [];
export const engineWaits = (): number => engine?.waits() ?? 0;

export function start(crashed: (message: string) => void): void {
  onCrash = crashed;
  restart(begin);
  // A link that is pasted into the address of an open page.
  addEventListener("hashchange", () => {
    if (isLink(location.hash)) void begin();
  });
}

/** A new engine in place of the old one, and what it is to begin with. */
export function restart(first: () => Promise<void>): void {
  engine?.close();
  engine = connect({
    ready: (version) => {
      s.version.value = version;
      void first();
    },
    picture: show,
    traffic: flow,
    crashed: (message) => onCrash(message),
  });
}

const links = () => import("./link.ts");

/** A link that was followed comes first, then what was open last. */
async function begin(): Promise<void> {
  const link = isLink(location.hash) ? await (await links()).fromHash(location.hash) : null;
  if (link) return open(link.example, link.files, link.send);
  if (isLink(location.hash)) {
    const line = "The link could not be read: it may have been cut off on its way, or is too large.";
    s.news.value = { lines: [line], bad: true };
  }
  const saved = restore();
  return saved ? open(saved.example, saved.files) : open(examples[0]?.id ?? "chapter");
}

/** Opens an example in a fresh cluster; `files` in place of its own where they were edited. */
export async function open(id: string, files?: readonly SourceFile[], wanted?: Wanted): Promise<void> {
  const turn = ++opened;
  const example = await exampleOf(id);
  if (turn !== opened) return;
  batch(() => {
    s.started.value = false;
    s.example.value = example.id;
    s.files.value = files ?? example.files;
    s.activeFile.value = 0;
    s.problems.value = [];
    s.hits.value = new Map();
    s.burst.value = null;
    s.flights.value = [];
    s.rate.value = 0;
    s.failed.value = 0;
    s.byClient.value = {};
    s.selected.value = null;
    s.done.value = null;
    s.step.value = null;
    s.from.value = "outside";
    s.to.value = "";
  });
  const steps: readonly (() => Promise<unknown> | undefined)[] = [
    () => engine?.call("start", { seed: 1, nodes: example.nodes, loadBalancer: example.loadBalancer }),
    apply,
    () => engine?.call("step", { ms: example.settle }),
    () => engine?.call("clock", { playing: s.playing.value, speed: s.speed.value }),
  ];
  for (const step of steps) {
    await step();
    // Who opens something else meanwhile wants to see that.
    if (turn !== opened) return;
  }
  s.started.value = true;
  choose(wanted ?? example.send);
  if (s.to.value !== "") await send(1);
}

/** What an example has where nobody says otherwise. */
const OWN: Example = {
  id: "own",
  title: "Your files",
  files: [],
  nodes: 3,
  loadBalancer: true,
  settle: 30_000,
  send: null,
};

/** Lessons are examples, too; who takes none does not load them. Files of a user's own are an example without any. */
async function exampleOf(id: string): Promise<Example> {
  if (id === OWN.id) return OWN;
  return id.startsWith("lesson-") ? (await import("../lessons/course.ts")).exampleOf(id) : byId(id);
}

/** Asks the engine for something that only one part of the page wants to know. */
export function ask<N extends CallName>(name: N, args: Calls[N]["args"]): Promise<Calls[N]["answer"]> {
  return engine ? engine.call(name, args) : Promise.reject(new Error("The engine has not started."));
}

/** Who sends what where. */
type Wanted = NonNullable<ReturnType<typeof byId>["send"]>;

function choose(wanted: Wanted | null): void {
  const [first] = s.destinations.value;
  const ip = s.ownServices.value[0]?.clusterIPs[0];
  const to = wanted?.to === CLUSTER_IP ? ip : wanted?.to;
  const found = wanted && s.destinations.value.find((d) => d.to === to && d.port === wanted.port);
  const destination = found ?? first;
  batch(() => {
    if (wanted && s.canSend(wanted.from)) s.from.value = wanted.from;
    if (destination) aim(destination.to, destination.port, destination.protocol);
  });
}

export function showTab(tab: s.Tab): void {
  s.tab.value = tab;
}

export function showTables(wanted: boolean): void {
  s.asTable.value = wanted;
}

export function showFileAt(index: number): void {
  s.activeFile.value = index;
}

/** Shows where a problem is. */
export function goTo(problem: Problem): void {
  batch(() => {
    s.activeFile.value = Math.max(
      0,
      s.files.value.findIndex((f) => f.name === problem.file),
    );
    s.tab.value = "manifest";
    s.place.value = { from: problem.from };
  });
}

/** The files as they are, in a cluster that knows nothing of what they were. */
export function freshStart(): Promise<void> {
  return open(s.example.value, s.files.value);
}

export function edit(index: number, text: string): void {
  s.files.value = s.files.value.map((file, i) => (i === index ? { ...file, text } : file));
  clearTimeout(applying);
  applying = setTimeout(() => void apply(), TYPING_PAUSE);
}

/** Other files for the same cluster, all at once. */
export async function replaceFiles(files: readonly SourceFile[]): Promise<void> {
  clearTimeout(applying);
  batch(() => {
    s.files.value = files;
    s.activeFile.value = Math.min(s.activeFile.value, files.length - 1);
  });
  await apply();
}

export function addFile(): void {
  const taken = new Set(s.files.value.map((f) => f.name));
  let n = s.files.value.length + 1;
  while (taken.has(`file-${n}.yml`)) n++;
  s.files.value = [...s.files.value, { name: `file-${n}.yml`, text: "" }];
  s.activeFile.value = s.files.value.length - 1;
}

export function removeFile(index: number): void {
  s.files.value = s.files.value.filter((_, i) => i !== index);
  s.activeFile.value = Math.max(0, Math.min(s.activeFile.value, s.files.value.length - 1));
  void apply();
}

async function apply(): Promise<void> {
  const result = await engine?.call("apply", { files: s.files.value });
  if (!result) return;
  batch(() => {
    s.problems.value = result.problems;
    s.took.value = result.took;
  });
  if (result.problems.length === 0) good = { example: s.example.value, files: s.files.value };
  remember();
  if (s.to.value !== "" && !s.destinations.value.some((d) => d.to === s.to.value)) choose(null);
}

/** Points at something on the stage, or at nothing. */
export function point(target: Target | null): void {
  const before = s.hovered.peek();
  if (before?.kind !== target?.kind || before?.key !== target?.key) s.hovered.value = target;
}

/** The packet on the stage has come to a step of its trace. */
export function pass(step: number | null): void {
  s.underWay.value = step;
}

/** Asks the engine, if it is there. */
export async function call<N extends CallName>(
  name: N,
  args: Calls[N]["args"],
): Promise<Calls[N]["answer"] | undefined> {
  return engine?.call(name, args);
}

export async function inspect(target: Target | null): Promise<void> {
  const before = s.selected.peek();
  if (before?.kind !== target?.kind || before?.key !== target?.key) {
    batch(() => {
      s.selected.value = target?.kind === "client" ? null : target;
      s.object.value = null;
      s.seen.value = null;
      s.form.value = "";
      s.reached.value = null;
      if (target && !sidesOf(target).includes(s.side.peek())) s.side.value = "yaml";
    });
  }
  await look();
}

/** Reads anew what is inspected. */
export async function look(): Promise<void> {
  const target = s.selected.peek();
  if (!target || target.kind === "client") return;
  const side = s.side.peek();
  const found = await call("inspect", { target, side, ...s.rules.peek() });
  if (s.selected.peek() !== target || s.side.peek() !== side) return;
  batch(() => {
    s.object.value = found?.object ?? null;
    s.seen.value = found?.side ?? null;
  });
}

/** How long the engine's judgement may lag behind. */
const JUDGING_PAUSE = 800;
/** A picture of more pods is not judged all the time. */
const MOST_JUDGED = 2000;
let judging: ReturnType<typeof setTimeout> | undefined;

/** Asks what is wrong, a little later. */
function judge(): void {
  if (judging !== undefined || s.topology.peek().pods.length > MOST_JUDGED) return;
  judging = setTimeout(async () => {
    judging = undefined;
    const found = (await call("findings", null).catch(() => undefined)) ?? [];
    s.findings.value = shared(
      s.findings.peek(),
      found.filter((f) => f.severity !== "hint"),
    );
  }, JUDGING_PAUSE);
}

export function showSide(side: typeof s.side.value): void {
  s.side.value = side;
  void look();
}

export function showPalette(open: boolean): void {
  s.paletteOpen.value = open;
}

/** Puts all that is to be seen into the address, and the address where it can be pasted from. */
export async function share(): Promise<void> {
  const send = { from: s.from.value, to: s.to.value, port: s.port.value };
  const { toHash } = await links();
  const hash = await toHash({ example: s.example.value, files: s.files.value, send });
  history.replaceState(null, "", hash);
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  s.sharing.value = copied ? "Link copied" : "The link is in the address bar";
  setTimeout(() => {
    s.sharing.value = "";
  }, 2500);
}

export function setTheme(theme: "light" | "dark", keep = true): void {
  s.theme.value = theme;
  document.documentElement.dataset["theme"] = theme;
  if (!keep) return;
  try {
    localStorage.setItem("svcscope.theme", theme);
  } catch {
    // A page that may not store anything works all the same.
  }
}

export function initialTheme(): "light" | "dark" {
  try {
    const saved = localStorage.getItem("svcscope.theme");
    if (saved === "light" || saved === "dark") return saved;
  } catch {
    // See above.
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function show(change: PictureChange): void {
  const before = s.readyPods.value;
  const topology = s.topology.peek();
  batch(() => {
    s.topology.value = withDelta(s.topology.peek(), change.topology);
    s.clock.value = change.time;
    s.first.value = change.first;
    s.last.value = change.last;
    if (change.happenings) s.happenings.value = change.happenings;
    if (change.moments) s.moments.value = change.moments;
    if (change.workloads) s.workloads.value = shared(s.workloads.peek(), change.workloads);
    s.undoable.value = shared(s.undoable.peek(), change.undoable);
  });
  if (s.topology.peek() !== topology) judge();
  if (s.selected.peek() && looking === undefined) {
    looking = setTimeout(() => {
      looking = undefined;
      void look();
    }, LOOKING_PAUSE);
  }
  if (s.started.value && s.readyPods.value !== before) s.announcement.value = s.standing.value;
}

function remember(): void {
  if (embedded) return;
  try {
    localStorage.setItem(SESSION, JSON.stringify({ example: s.example.value, files: s.files.value }));
  } catch {
    // See above.
  }
}

/** What was open last, if it was changed: an example as it is opens like the first time. */
function restore(): { example: string; files: readonly SourceFile[] } | null {
  if (embedded) return null;
  try {
    const saved = JSON.parse(localStorage.getItem(SESSION) ?? "null") as {
      example: string;
      files: SourceFile[];
    } | null;
    if (!saved || saved.example === OWN.id || saved.example.startsWith("lesson-")) return saved;
    return JSON.stringify(byId(saved.example).files) !== JSON.stringify(saved.files) ? saved : null;
  } catch {
    return null;
  }
}
