/** The lesson that is open, how far the learner has come, and the words in which it is told. */
import { computed, effect, signal } from "@preact/signals";
import type { Finding } from "../engine/goals.ts";
import { ask, open, showTab } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { course, type Lesson, lessonOf } from "./course.ts";
import en from "./text/en.json";

export type Text = typeof en;
export type LessonText = Text["lessons"]["why"];

/** The words of the lessons; another language is another file of the same form. */
export const text = signal<Text>(en);

export const lesson = computed<Lesson | null>(() =>
  s.example.value.startsWith("lesson-") ? lessonOf(s.example.value) : null,
);

export const textOf = (id: string): LessonText =>
  (text.value.lessons as Readonly<Record<string, LessonText>>)[id] ?? text.value.lessons.why;

/** What the engine says of each goal now. */
export const findings = signal<readonly Finding[]>([]);
/** The goals that were met at some time, by their place in the list. */
export const met = signal<ReadonlySet<number>>(new Set());
/** So many hints are shown. */
export const hints = signal(0);
/** Lessons that were completed, in this session or an earlier one. */
export const completed = signal<ReadonlySet<string>>(recall());

export const done = computed(() => lesson.value !== null && met.value.size === lesson.value.goals.length);

const KEPT = "svcscope.lessons";
/** The cluster rests this long before goals are judged. */
const PAUSE = 200;

/** Opens a lesson, as it is in the beginning. */
export async function begin(id: string): Promise<void> {
  forget();
  await open(`lesson-${id}`);
}

/** The first one that was not completed yet. */
export const nextUndone = (): string =>
  (course.find((one) => !completed.value.has(one.id)) ?? course[0])?.id ?? "why";

export function step(by: number): void {
  const here = course.findIndex((one) => one.id === lesson.peek()?.id);
  const other = course[here + by];
  if (other) void begin(other.id);
}

export function leave(): void {
  forget();
  if (s.tab.peek() === "lesson") showTab("topology");
  void open("chapter");
}

export function hint(): void {
  hints.value = hints.value + 1;
}

function forget(): void {
  findings.value = [];
  met.value = new Set();
  hints.value = 0;
}

/** Judges the goals whenever the cluster has become another; the answer ends it. */
export function watch(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    s.topology.value;
    const wanted = lesson.value;
    if (!wanted || !s.started.value) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(wanted), PAUSE);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

async function look(wanted: Lesson): Promise<void> {
  const found = await ask("judge", { goals: wanted.goals }).catch(() => []);
  if (lesson.peek() !== wanted || !s.started.peek()) return;
  findings.value = found;
  const now = new Set(met.peek());
  const words = textOf(wanted.id);
  found.forEach((finding, i) => {
    if (!finding.met || now.has(i)) return;
    now.add(i);
    s.announcement.value = `${words.goals[i] ?? ""}: ${text.value.words.met}`;
  });
  if (now.size === met.peek().size) return;
  met.value = now;
  if (now.size === wanted.goals.length) complete(wanted.id);
}

function complete(id: string): void {
  completed.value = new Set([...completed.value, id]);
  s.announcement.value = text.value.words.done;
  try {
    localStorage.setItem(KEPT, JSON.stringify([...completed.value]));
  } catch {
    // A page that may not store anything works all the same.
  }
}

function recall(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((id): id is string => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}
