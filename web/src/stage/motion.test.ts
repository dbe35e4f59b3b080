import type { PodView } from "svcscope";
import { describe, expect, it } from "vitest";
import { layout } from "./layout.ts";
import { motion } from "./motion.ts";
import { aNode, aPod } from "./testing.ts";

const planOf = (...pods: PodView[]) =>
  layout({ nodes: [aNode("node-1")], pods, services: [] }, [], { width: 1000, height: 500 });

describe("pods on the stage", () => {
  it("grow where they come, and rest then", () => {
    const pods = motion();
    pods.arrange(planOf(aPod("a", "node-1")), 1000, false);
    expect(pods.sprites(1000)[0]?.presence).toBe(0);
    expect(pods.moving(1010)).toBe(true);
    expect(pods.sprites(2000)[0]?.presence).toBe(1);
    expect(pods.moving(2000)).toBe(false);
  });

  it("glide where others make room, and fade where they go", () => {
    const pods = motion();
    pods.arrange(planOf(aPod("a", "node-1"), aPod("b", "node-1")), 0, true);
    const [, before] = pods.sprites(10);
    pods.arrange(planOf(aPod("b", "node-1")), 1000, false);
    const [gone, glides] = pods.sprites(1001);
    expect(gone?.tile.pod.name).toBe("a");
    expect(gone?.presence).toBeLessThan(1);
    expect(glides?.x).toBeCloseTo(before?.x ?? 0, -1);
    expect(pods.moving(1001)).toBe(true);
    expect(pods.moving(3000)).toBe(false);
    expect(pods.sprites(3000).map((s) => s.tile.pod.name)).toEqual(["b"]);
  });

  it("flash when their state changes", () => {
    const pods = motion();
    pods.arrange(planOf({ ...aPod("a", "node-1"), state: "starting" }), 0, true);
    expect(pods.sprites(10)[0]?.flash).toBe(0);
    pods.arrange(planOf(aPod("a", "node-1")), 1000, false);
    expect(pods.sprites(1001)[0]?.flash).toBeGreaterThan(0.9);
    expect(pods.sprites(3000)[0]?.flash).toBe(0);
  });

  it("are where they belong at once for who does not want motion", () => {
    const pods = motion();
    pods.arrange(planOf(aPod("a", "node-1")), 0, true);
    pods.arrange(planOf(aPod("b", "node-1")), 100, true);
    expect(pods.moving(100)).toBe(false);
    expect(pods.sprites(100).map((s) => [s.tile.pod.name, s.presence])).toEqual([["b", 1]]);
  });
});
