import type { NodeView, PodView, ServiceView } from "svcscope";
import { describe, expect, it } from "vitest";
import { hit, layout } from "./layout.ts";

const node = (name: string): NodeView => ({
  name,
  address: "192.168.1.11",
  zone: "a",
  ready: true,
  cordoned: false,
  controlPlane: false,
});

const pod = (name: string, on: string): PodView => ({
  namespace: "default",
  name,
  uid: name,
  node: on,
  ip: "10.244.1.2",
  state: "ready",
  reason: "",
  restarts: 0,
  labels: [],
  owner: "",
});

const service = (name: string): ServiceView => ({
  namespace: "default",
  name,
  type: "ClusterIP",
  clusterIPs: ["10.96.0.93"],
  externalIPs: [],
  externalName: "",
  ports: [{ name: "", protocol: "TCP", port: 80, targetPort: "80", nodePort: 0 }],
  selector: [],
  loadBalancer: [],
  pending: false,
  endpoints: [],
});

const outside = { id: "outside", title: "outside", detail: "" };

describe("the stage", () => {
  it("goes from left to right as a packet does", () => {
    const nodes = [node("node-1"), node("node-2")];
    const pods = [pod("a", "node-1"), pod("b", "node-2")];
    const result = layout({ nodes, pods, services: [service("web")] }, [outside], 1000);
    const [client] = result.clients;
    const [card] = result.services;
    const lefts = [client?.x ?? 0, card?.x ?? 0, Math.min(...result.nodes.map((n) => n.x))];
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
    expect((card?.x ?? 0) + (card?.w ?? 0)).toBeLessThan(lefts[2] ?? 0);
  });

  it("keeps every tile within its node and off the others, at any width and number", () => {
    for (const width of [360, 720, 1000, 1600]) {
      for (const count of [0, 1, 10, 40, 300]) {
        const nodes = [node("node-1"), node("node-2"), node("node-3")];
        const pods = Array.from({ length: count }, (_, i) => pod(`p${i}`, `node-${(i % 3) + 1}`));
        const result = layout({ nodes, pods, services: [] }, [outside], width);
        const tiles = result.nodes.flatMap((n) => n.tiles.map((t) => ({ n, t })));
        expect(tiles).toHaveLength(count);
        for (const { n, t } of tiles) {
          expect(t.x >= n.x && t.x + t.w <= n.x + n.w + 1 && t.y + t.h <= n.y + n.h).toBe(true);
        }
        const places = new Set(tiles.map(({ t }) => `${t.x},${t.y}`));
        expect(places.size).toBe(count);
      }
    }
  });

  it("shows pods without a node apart, and finds what is at a point", () => {
    const result = layout({ nodes: [node("node-1")], pods: [pod("a", "")], services: [] }, [outside], 1000);
    const waiting = result.nodes.find((n) => n.node === null);
    const tile = waiting?.tiles[0];
    expect(tile?.pod.name).toBe("a");
    expect(hit(result, (tile?.x ?? 0) + 2, (tile?.y ?? 0) + 2)).toEqual({ kind: "pod", key: "default/a" });
    expect(hit(result, 0, 0)).toBeNull();
  });
});
