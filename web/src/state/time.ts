/** The time of the cluster: how it passes, and looking back. */
import { call } from "./actions.ts";
import * as s from "./store.ts";

export function play(playing: boolean): void {
  s.playing.value = playing;
  void call("clock", { playing, speed: s.speed.value });
}

export function setSpeed(speed: number): void {
  s.speed.value = speed;
  void call("clock", { playing: s.playing.value, speed });
}

/** One second more, for who wants to see it happen. */
export function stepOnce(): void {
  play(false);
  void call("step", { ms: 1000 });
}

/** One second back. */
export function stepBack(): void {
  seek(s.clock.peek() - 1000);
}

let wanted: number | null = null;
let seeking = false;

/** Shows how things were; time stands still then. The last wish counts: who drags asks faster than there are answers. */
export function seek(time: number): void {
  if (s.playing.peek()) play(false);
  wanted = Math.max(s.first.peek(), Math.min(s.last.peek(), time));
  if (!seeking) void follow();
}

async function follow(): Promise<void> {
  seeking = true;
  while (wanted !== null) {
    const time: number = wanted;
    wanted = null;
    await call("seek", { time });
  }
  seeking = false;
}

/** Back to now, and on. */
export async function toNow(): Promise<void> {
  await call("seek", { time: s.last.peek() });
  play(true);
}
