/**
 * Packets on their way. A flight is the recorded trace of a packet, played along the places that its steps name; many
 * packets become a stream whose width is the rate.
 */
import type { Burst } from "../engine/protocol.ts";

/** A place on the stage that a packet passes. */
export interface Waypoint {
  readonly kind: "client" | "service" | "node" | "pod";
  readonly key: string;
}

export interface Flight {
  readonly path: readonly Waypoint[];
  readonly started: number;
  readonly answered: boolean;
  /** Packets that it stands for. */
  readonly weight: number;
}

/** From the client to the pod, at normal speed. */
export const FLIGHT_MS = 900;
/** The pod glows, and the way back after it. */
export const GLOW_MS = 500;
/** Above so many, packets are drawn as streams. */
const SWARM = 30;

let flights: Flight[] = [];
const listeners = new Set<() => void>();

export const inFlight = (): readonly Flight[] => flights;

export function onLaunch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Sends off the packets of a burst: one with its own way, many as a stream to each pod that answered. */
export function launch(burst: Burst): void {
  const path = pathOf(burst);
  const answered = burst.sample.outcome === "answered";
  const now = performance.now();
  if (burst.sent === 1) {
    flights = [...alive(now), { path, started: now, answered, weight: 1 }];
  } else {
    const total = Object.values(burst.byPod).reduce((a, b) => a + b, 0);
    const before = path.filter((w) => w.kind !== "pod");
    const streams = Object.entries(burst.byPod).map(([pod, n], i) => ({
      path: [...before, { kind: "pod" as const, key: pod }],
      started: now + (i * 120) / Math.max(1, Object.keys(burst.byPod).length),
      answered: true,
      weight: Math.max(1, Math.round((n / Math.max(1, total)) * SWARM)),
    }));
    flights = [...alive(now), ...(streams.length > 0 ? streams : [{ path, started: now, answered, weight: 6 }])];
  }
  for (const listener of listeners) listener();
}

/** Forgets the packets that have arrived. */
export function alive(now: number): Flight[] {
  flights = flights.filter((f) => now - f.started < FLIGHT_MS + GLOW_MS);
  return flights;
}

function pathOf(burst: Burst): Waypoint[] {
  const places = burst.sample.steps.flatMap((step) => (step.place ? [step.place] : []));
  return places.filter((p, i) => i === 0 || p.kind !== places[i - 1]?.kind || p.key !== places[i - 1]?.key);
}
