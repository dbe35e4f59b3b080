/** The way to the lessons, for those who have not fetched them yet. */
import { showTab } from "../state/actions.ts";
import { example } from "../state/store.ts";

/** Goes on where the learner has left off. */
export async function toLessons(): Promise<void> {
  const lessons = await import("./state.ts");
  if (!lessons.lesson.peek()) await lessons.begin(lessons.nextUndone());
  show();
}

function show(): void {
  if (example.peek().startsWith("lesson-")) showTab("lesson");
}
