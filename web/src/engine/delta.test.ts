import { describe, expect, it } from "vitest";
import { aNode, aPod, aService } from "../stage/testing.ts";
import { deltaOf, nothing, withDelta } from "./delta.ts";

const before = {
  nodes: [aNode("n")],
  pods: [aPod("a", "n"), aPod("b", "n"), aPod("c", "n")],
  services: [aService("web")],
};

describe("the difference of two pictures", () => {
  it("is small, and leads from one to the other", () => {
    const [a, , c] = before.pods;
    const pods = [a, c, aPod("d", "n")].filter((pod) => pod !== undefined);
    const after = { ...before, pods };
    const delta = deltaOf(before, after);
    expect(delta).toEqual({ nodes: null, pods: [0, 2, aPod("d", "n")], services: null });
    const copied = withDelta(before, structuredClone(delta));
    expect(copied).toEqual(after);
    expect(copied.pods[1]).toBe(c);
    expect(withDelta(after, deltaOf(after, after))).toBe(after);
  });

  it("from nothing is all there is, whatever the page has seen before", () => {
    expect(withDelta(before, deltaOf(nothing, before))).toEqual(before);
  });
});
