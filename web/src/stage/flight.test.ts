import { describe, expect, it } from "vitest";
import type { Burst, TraceStep } from "../engine/protocol.ts";
import { flightOf, isOver, position, progress, steadied, stepAt } from "./flight.ts";
import type { Target } from "./layout.ts";

const step = (place: Target | null): TraceStep => ({ text: "", place, notes: [] });
const at = (kind: Target["kind"], key: string): Target => ({ kind, key });

const burst = (steps: readonly TraceStep[], more: Partial<Burst> = {}): Burst => ({
  sent: 1,
  outcomes: { answered: 1 },
  byPod: { "default/a": 1 },
  byClient: {},
  findings: [],
  sample: { outcome: "answered", summary: "", steps },
  ...more,
});

const usual = [
  step(at("client", "outside")),
  step(at("node", "node-1")),
  step(at("service", "default/web")),
  step(null),
  step(at("pod", "default/a")),
];

describe("a packet", () => {
  it("stops where its trace says, and only passes the nodes between", () => {
    const flight = flightOf(burst(usual), 0, 1);
    expect(flight.stops.map((s) => s.kind)).toEqual(["client", "service", "pod"]);
    expect(flight.at).toEqual([0, 0, 1, 1, 2]);
    expect(flight.passing[1]).toEqual(at("node", "node-1"));
  });

  it("ends at a node where the node is the end", () => {
    const flight = flightOf(burst(usual.slice(0, 2)), 0, 1);
    expect(flight.stops.map((s) => s.kind)).toEqual(["client", "node"]);
  });

  it("goes from the first to the last stop, never back, and takes longer at a slower speed", () => {
    const flight = flightOf(burst(usual), 100, 1);
    expect(position(flight, 0)).toBe(0);
    const places = Array.from({ length: 50 }, (_, i) => position(flight, 100 + i * 20));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(position(flight, 100 + flight.takes)).toBe(2);
    expect(stepAt(flight, 100)).toBe(0);
    expect(stepAt(flight, 100 + flight.takes)).toBe(4);
    expect(progress(flight, 100 + flight.takes * 9)).toBe(1);
    expect(isOver(flight, 100 + flight.takes * 9)).toBe(true);
    expect(flightOf(burst(usual), 0, 0.25).takes).toBe(4 * flight.takes);
  });

  it("is one of a stream where many were sent", () => {
    const byPod = { "default/a": 60, "default/b": 40 };
    const flight = flightOf(burst(usual, { sent: 100, byPod }), 0, 1);
    expect(flight.stops.map((s) => s.kind)).toEqual(["client", "service"]);
    expect([...(flight.shares ?? [])]).toEqual(Object.entries(byPod));
  });

  it("without a trace is nowhere, and harmless", () => {
    const flight = flightOf(burst([]), 0, 1);
    expect(position(flight, 450)).toBe(0);
    expect(stepAt(flight, 450)).toBe(-1);
  });
});

describe("a steady rate", () => {
  it("is a stream as wide as the last second was, for as long as it is wanted", () => {
    let flight = steadied(burst(usual, { sent: 10, byPod: { "default/a": 10 } }), 0, undefined);
    for (let now = 100; now <= 1000; now += 100)
      flight = steadied(burst(usual, { sent: 10, byPod: { "default/b": 10 } }), now, flight);
    expect([...(flight.shares ?? [])]).toEqual([["default/b", 100]]);
    expect([flight.started, progress(flight, 1e9), isOver(flight, 1e9)]).toEqual([0, 0, false]);
    expect(isOver({ ...flight, steady: false, takes: 0 }, 1e9)).toBe(true);
  });
});
