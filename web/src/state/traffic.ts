/** Requests: one, many, or so many every second; and what has come of them. */
import { batch } from "@preact/signals";
import type { Burst } from "../engine/protocol.ts";
import { flightOf, isOver, STREAM_FROM, steadied } from "../stage/flight.ts";
import { added } from "../traffic/bursts.ts";
import { verdictOf } from "../traffic/verdict.ts";
import { call } from "./actions.ts";
import * as s from "./store.ts";

export async function send(count: number): Promise<void> {
  if (s.to.value === "" || s.sending.value) return;
  s.sending.value = true;
  try {
    const burst = await call("send", { request: question(), count });
    if (!burst) return;
    batch(() => {
      take(burst);
      s.burst.value = burst;
      s.step.value = null;
      s.announcement.value = verdictOf(burst);
      const now = performance.now();
      const flying = s.flights.value.filter((f) => !isOver(f, now));
      s.flights.value = [...flying, flightOf(burst, now, s.speed.value)];
    });
  } finally {
    s.sending.value = false;
  }
}

const question = () => ({
  from: s.from.peek(),
  to: s.to.peek(),
  port: s.port.peek(),
  protocol: s.protocol.peek(),
});

/** Counts it. */
function take(burst: Burst): void {
  const hits = new Map(s.hits.peek());
  for (const [pod, n] of Object.entries(burst.byPod)) hits.set(pod, (hits.get(pod) ?? 0) + n);
  s.hits.value = hits;
  s.failed.value += burst.sent - (burst.outcomes["answered"] ?? 0);
  if (Object.keys(burst.byClient).length > 0) s.byClient.value = added(s.byClient.peek(), burst.byClient);
}

/** Sends so many every second from now on; none with 0. */
export function setRate(perSecond: number): void {
  batch(() => {
    s.rate.value = perSecond;
    if (perSecond > 0) s.burst.value = null;
    s.flights.value = s.flights.value.map((f) => (f.steady ? { ...f, steady: false, takes: 0 } : f));
  });
  void call("rate", { request: question(), perSecond });
}

/** What has come of the last tick of a steady rate. */
export function flow(burst: Burst): void {
  if (s.rate.peek() === 0) return;
  batch(() => {
    take(burst);
    s.burst.value = s.burst.value ? joined(s.burst.value, burst) : burst;
    const now = performance.now();
    const flying = s.flights.value.filter((f) => !isOver(f, now));
    const stream = flying.find((f) => f.steady);
    s.flights.value =
      s.rate.value < STREAM_FROM
        ? [...flying, flightOf({ ...burst, sent: 1 }, now, s.speed.value)]
        : [...flying.filter((f) => f !== stream), steadied(burst, now, stream)];
  });
}

/** Both as one; its way is that of the later. */
function joined(before: Burst, after: Burst): Burst {
  const sum = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => {
    const all: Record<string, number> = { ...a };
    for (const [key, n] of Object.entries(b)) all[key] = (all[key] ?? 0) + n;
    return all;
  };
  return {
    ...after,
    sent: before.sent + after.sent,
    outcomes: sum(before.outcomes, after.outcomes),
    byPod: sum(before.byPod, after.byPod),
  };
}

export function resetHits(): void {
  batch(() => {
    s.hits.value = new Map();
    s.failed.value = 0;
    s.byClient.value = {};
    s.flights.value = s.flights.value.filter((f) => f.steady);
    if (s.rate.value > 0) s.burst.value = null;
  });
}

export function aim(to: string, port: number, protocol: string): void {
  batch(() => {
    s.to.value = to;
    s.port.value = port;
    s.protocol.value = protocol;
  });
  again();
}

export function sendFrom(from: string): void {
  s.from.value = from;
  again();
}

/** A steady rate goes where the question now says. */
function again(): void {
  if (s.rate.peek() > 0) setRate(s.rate.peek());
}
