/** Signals for what is read and not watched: they follow at leisure, so that what moves does not wait for them. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";

/** A list that follows another after a pause, and grows by no more than so many at a time. */
export function later<T>(
  source: ReadonlySignal<readonly T[]>,
  pause: number,
  atOnce: number,
): ReadonlySignal<readonly T[]> {
  const list = signal(source.peek());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => {
    timer = undefined;
    const wanted = source.peek();
    const most = list.peek().length + atOnce;
    list.value = wanted.length > most ? wanted.slice(0, most) : wanted;
    if (wanted.length > most) timer = setTimeout(follow, 16);
  };
  effect(() => {
    if (source.value !== list.peek() && timer === undefined) timer = setTimeout(follow, pause);
  });
  return list;
}
