import { describe, expect, it } from "vitest";
import { shared } from "./share.ts";

const topology = () => ({
  pods: [
    { namespace: "default", name: "a", labels: [{ key: "app", value: "web" }] },
    { namespace: "default", name: "b", labels: [{ key: "app", value: "web" }] },
  ],
  revision: 1,
});

describe("what has not changed", () => {
  it("is the same thing as before, down to the whole", () => {
    const before = topology();
    expect(shared(before, topology())).toBe(before);
  });

  it("stays the same where something beside it is different", () => {
    const before = topology();
    const after = topology();
    (after.pods[1] as { labels: unknown }).labels = [];
    const result = shared(before, after);
    expect(result).toEqual(after);
    expect(result).not.toBe(before);
    expect(result.pods[0]).toBe(before.pods[0]);
  });

  it("is found by its name where others go or come", () => {
    const before = topology();
    const gone = shared(before, { ...topology(), pods: topology().pods.slice(1) });
    expect(gone.pods).toHaveLength(1);
    expect(gone.pods[0]).toBe(before.pods[1]);
    const more = shared(gone, topology());
    expect(more).toEqual(topology());
    expect(more.pods[1]).toBe(gone.pods[0]);
  });

  it("is never kept where the kind of thing is another", () => {
    expect(shared<unknown>({ a: [1] }, { a: { 0: 1 } })).toEqual({ a: { 0: 1 } });
    expect(shared<unknown>(null, [1])).toEqual([1]);
    expect(shared<unknown>({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  });
});
