/**
 * Packets on their way. A flight is the recorded trace of a packet, played along the places that its steps name; many
 * packets become streams whose width is the rate.
 */
import type { Burst } from "../engine/protocol.ts";
import type { Target } from "./layout.ts";

export interface Flight {
  /** The places that it visits, in their order. A node that is only passed is none of them. */
  readonly stops: readonly Target[];
  /** For each step of the trace, which stop the packet is at. */
  readonly at: readonly number[];
  /** For each step, the node that it happens on. */
  readonly passing: readonly (Target | null)[];
  readonly started: number;
  /** Milliseconds from the client to the end. */
  readonly takes: number;
  readonly answered: boolean;
  /** How many packets each pod answered, where many were sent. */
  readonly shares: ReadonlyMap<string, number> | null;
  /** It goes on until something else is wanted. */
  readonly steady?: boolean;
  /** What each of the last ticks of a steady flow brought. */
  readonly ticks?: readonly Burst["byPod"][];
}

/** From so many every second on, packets are a stream. */
export const STREAM_FROM = 31;
/** The width of a steady stream is what came in so many ticks. */
const TICKS = 10;

/** At normal speed. */
const FLIGHT_MS = 900;
const STREAM_MS = 1600;
/** The answer, on its way back. */
export const BACK_MS = 450;

/** What `burst` looks like if it starts now. */
export function flightOf(burst: Burst, now: number, speed: number): Flight {
  const many = burst.sent > 1;
  const places = burst.sample.steps.map((step) => step.place);
  const last = places.findLast((place) => place !== null) ?? null;
  const stops: Target[] = [];
  const passing: (Target | null)[] = [];
  const at = places.map((place) => {
    const passed = place?.kind === "node" && !same(place, last);
    passing.push(passed ? place : null);
    if (place && !passed && !(many && place.kind === "pod") && !stops.some((stop) => same(stop, place))) {
      stops.push(place);
    }
    return Math.max(0, stops.length - 1);
  });
  return {
    stops,
    at,
    passing,
    started: now,
    takes: (many ? STREAM_MS : FLIGHT_MS) / Math.min(4, Math.max(0.25, speed)),
    answered: burst.sample.outcome === "answered",
    shares: many ? new Map(Object.entries(burst.byPod)) : null,
  };
}

/** A steady stream, going on from what it was. */
export function steadied(burst: Burst, now: number, before: Flight | undefined): Flight {
  const fresh = flightOf({ ...burst, sent: Math.max(2, burst.sent) }, before?.started ?? now, 1);
  const ticks = [...(before?.ticks ?? []), burst.byPod].slice(-TICKS);
  const shares = new Map<string, number>();
  for (const tick of ticks)
    for (const [pod, n] of Object.entries(tick)) shares.set(pod, (shares.get(pod) ?? 0) + n);
  return { ...fresh, steady: true, ticks, shares, takes: Number.POSITIVE_INFINITY };
}

/** From 0, sent, to 1, at its end. */
export const progress = (flight: Flight, now: number): number =>
  flight.takes === 0 ? 1 : Math.min(1, Math.max(0, (now - flight.started) / flight.takes));

/** The step of the trace that is under way. */
export const stepAt = (flight: Flight, now: number): number =>
  Math.min(flight.at.length - 1, Math.floor(progress(flight, now) * flight.at.length));

/** Where the packet is: 1.5 is half way from the second stop to the third. */
export function position(flight: Flight, now: number): number {
  const u = progress(flight, now) * Math.max(0, flight.at.length - 1);
  const i = Math.floor(u);
  const [here = 0, next = here] = [flight.at[i], flight.at[i + 1]];
  return here + (next - here) * smooth(u - i);
}

export const isOver = (flight: Flight, now: number): boolean =>
  !flight.steady && now - flight.started > flight.takes + BACK_MS;

const same = (a: Target, b: Target | null): boolean => a.kind === b?.kind && a.key === b.key;

const smooth = (t: number): number => t * t * (3 - 2 * t);
