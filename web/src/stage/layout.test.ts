import { describe, expect, it } from "vitest";
import { type Box, hit, type Layout, layout } from "./layout.ts";
import { aNode, aPod, aService } from "./testing.ts";
import { DIRECTIONS, next } from "./walk.ts";

const outside = { id: "outside", title: "outside", detail: "" };
const nodes = [aNode("node-1"), aNode("node-2"), aNode("node-3")];
const podsOn = (count: number) =>
  Array.from({ length: count }, (_, i) => aPod(`p${i}`, `node-${(i % 3) + 1}`));
const room = (width: number, height = 500) => ({ width, height });

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.w - 0.01 && b.x < a.x + a.w - 0.01 && a.y < b.y + b.h - 0.01 && b.y < a.y + a.h - 0.01;

function overlaps(boxes: readonly Box[]): number {
  return boxes.reduce((sum, a, i) => sum + boxes.slice(i + 1).filter((b) => overlap(a, b)).length, 0);
}

const columns = (plan: Layout) => [plan.clients, plan.services, plan.nodes];

describe("the stage", () => {
  it.each([
    [1000, "right", "x", "w"],
    [360, "down", "y", "h"],
  ] as const)("goes the way a packet goes, in a room of %d", (width, way, at, size) => {
    const plan = layout({ nodes, pods: podsOn(10), services: [aService("web")] }, [outside], room(width));
    expect(plan.way).toBe(way);
    const [clients = [], services = [], rest = []] = columns(plan);
    expect(Math.max(...clients.map((b) => b[at] + b[size]))).toBeLessThan(
      Math.min(...services.map((b) => b[at])),
    );
    expect(Math.max(...services.map((b) => b[at] + b[size]))).toBeLessThan(
      Math.min(...rest.map((b) => b[at])),
    );
  });

  it("puts every pod into its node and nothing onto anything else, in any room and number", () => {
    for (const width of [320, 360, 720, 1000, 1600]) {
      for (const count of [0, 1, 10, 40, 300]) {
        const services = [aService("a"), aService("b")];
        const plan = layout({ nodes, pods: podsOn(count), services }, [outside], room(width));
        const tiles = plan.nodes.flatMap((node) => node.tiles.map((tile) => ({ node, tile })));
        expect(tiles).toHaveLength(count);
        expect(overlaps(columns(plan).flat()), `${width} ${count}`).toBe(0);
        expect(overlaps(tiles.map(({ tile }) => tile)), `${width} ${count}`).toBe(0);
        for (const { node, tile } of tiles) {
          expect(tile.x >= node.x && tile.x + tile.w <= node.x + node.w).toBe(true);
          expect(tile.y >= node.y && tile.y + tile.h <= node.y + node.h).toBe(true);
        }
        expect(Math.max(...plan.nodes.map((n) => n.x + n.w))).toBeLessThanOrEqual(width);
      }
    }
  });

  it("shows as much of each pod as there is room for, and always the names of a few", () => {
    const detail = (count: number, height: number) =>
      layout({ nodes, pods: podsOn(count), services: [] }, [outside], room(1000, height)).nodes[0]?.tiles[0]
        ?.detail;
    expect(detail(9, 600)).toBe("full");
    expect(detail(9, 100)).toBe("name");
    expect(detail(100, 450)).toBe("mark");
    expect(detail(300, 450)).toBe("point");
  });

  it("fits three hundred pods into a screen", () => {
    const plan = layout(
      { nodes, pods: podsOn(300), services: [aService("web")] },
      [outside],
      room(1000, 480),
    );
    expect(plan.height).toBeLessThanOrEqual(480);
  });

  it("leaves out the control plane as long as it runs nothing of the user's", () => {
    const all = [{ ...aNode("control-plane"), controlPlane: true }, ...nodes];
    const names = (pods: ReturnType<typeof podsOn>) =>
      layout({ nodes: all, pods, services: [] }, [outside], room(1000)).nodes.map((n) => n.node?.name);
    expect(names(podsOn(3))).not.toContain("control-plane");
    expect(names([aPod("a", "control-plane")])).toContain("control-plane");
    expect(names([{ ...aPod("dns", "control-plane"), namespace: "kube-system" }])).not.toContain(
      "control-plane",
    );
  });

  it("shows pods without a node apart, and finds what is at a point", () => {
    const plan = layout({ nodes, pods: [aPod("a", "")], services: [] }, [outside], room(1000));
    const waiting = plan.nodes.find((n) => n.node === null);
    const tile = waiting?.tiles[0];
    expect(tile?.pod.name).toBe("a");
    expect(hit(plan, (tile?.x ?? 0) + 2, (tile?.y ?? 0) + 2)).toEqual({ kind: "pod", key: "default/a" });
    expect(hit(plan, 0, 0)).toBeNull();
  });

  it("is walked with the arrow keys from the client to the Service to the pods and back", () => {
    const plan = layout({ nodes, pods: podsOn(3), services: [aService("web")] }, [outside], room(1000));
    const { ArrowRight: right, ArrowLeft: left } = DIRECTIONS;
    if (!right || !left) throw new Error("no arrows");
    const first = next(plan, null, right);
    expect(first?.kind).toBe("client");
    const service = next(plan, first, right);
    expect(service?.kind).toBe("service");
    expect(["node", "pod"]).toContain(next(plan, service, right)?.kind);
    expect(next(plan, first, left)).toEqual(first);
  });
});
