import { describe, expect, it } from "vitest";
import { history } from "./history.ts";

const kept = () => {
  const freed = new Set<number>();
  const past = history<{ free(): void }, null>();
  const keep = (time: number, fixed = false) =>
    past.keep({ time, memory: null, fixed, snapshot: { free: () => freed.add(time) } });
  return { past, keep, freed };
};

describe("the past", () => {
  it("is found by its time", () => {
    const { past, keep } = kept();
    for (const time of [10, 20, 30]) keep(time);
    expect([5, 10, 19, 20, 99].map((time) => past.at(time)?.time)).toEqual([10, 10, 10, 20, 30]);
    expect([past.has(10, 15), past.has(10, 20), past.has(20, 20)]).toEqual([false, true, false]);
  });

  it("ends where something else is done, and frees what came after", () => {
    const { past, keep, freed } = kept();
    for (const time of [10, 20, 30]) keep(time);
    past.forget(20);
    expect([past.first, past.last, [...freed]]).toEqual([10, 20, [30]]);
  });

  it("is bounded, and keeps what stands behind writes as long as it can", () => {
    const { past, keep, freed } = kept();
    keep(0);
    keep(1, true);
    for (let time = 2; time < 2000; time++) keep(time);
    expect(past.at(1)?.time).toBe(1);
    expect(2000 - freed.size).toBeLessThanOrEqual(240);
    for (let time = 2000; time < 3000; time++) keep(time, true);
    expect(3000 - freed.size).toBeLessThanOrEqual(240);
    expect(past.last).toBe(2999);
  });
});
