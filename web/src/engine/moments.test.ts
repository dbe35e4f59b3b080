import { describe, expect, it } from "vitest";
import { aNode, aPod, aService } from "../stage/testing.ts";
import { nothing } from "./delta.ts";
import { moments, type Seen } from "./moments.ts";
import type { Workload } from "./protocol.ts";

const web: Workload = {
  kind: "Deployment",
  namespace: "default",
  name: "web",
  replicas: 3,
  ready: 0,
  revision: "1",
  images: [],
  sets: ["web-1"],
};
const pods = (ready: number, of: number) =>
  Array.from({ length: of }, (_, i) => ({
    ...aPod(`web-1-${i}`, "node-1"),
    owner: "ReplicaSet/web-1",
    state: i < ready ? ("ready" as const) : ("starting" as const),
  }));
const seen = (ready: number, of: number, workload = web): Seen => ({
  topology: { ...nothing, nodes: [aNode("node-1")], pods: pods(ready, of), services: [] },
  workloads: [workload],
});
const texts = (of: ReturnType<typeof moments>) => of.list.map((m) => `${m.time} ${m.text}`);

describe("the marks of time", () => {
  it("count what happens to the same thing at nearly the same time", () => {
    const marks = moments();
    marks.compare(1000, seen(0, 3), seen(1, 3));
    marks.compare(1500, seen(1, 3), seen(3, 3));
    marks.compare(9000, seen(3, 4), seen(4, 4));
    expect(texts(marks)).toEqual(["9000 web-1-3 is ready", "1500 3 pods of web are ready"]);
  });

  it("part what was before an act from what it led to", () => {
    const marks = moments();
    marks.compare(1000, seen(0, 3), seen(1, 3));
    marks.add(1100, "act", "kubectl scale deployment/web --replicas=4");
    marks.compare(1200, seen(1, 3), seen(1, 3, { ...web, replicas: 4 }));
    marks.compare(1300, seen(1, 3), seen(2, 3));
    expect(texts(marks)).toEqual([
      "1300 web-1-1 is ready",
      "1200 web is asked for 4 instead of 3",
      "1100 kubectl scale deployment/web --replicas=4",
      "1000 web-1-0 is ready",
    ]);
    marks.forget(1100);
    expect(marks.list.map((m) => m.time)).toEqual([1100, 1000]);
  });

  it("tell of rollouts, and of Services that lose their endpoints", () => {
    const marks = moments();
    const endpoint = {
      address: "10.244.1.2",
      pod: "default/a",
      ready: true,
      serving: true,
      terminating: false,
    };
    const before: Seen = {
      topology: { ...nothing, services: [{ ...aService("web"), endpoints: [endpoint] }] },
      workloads: [web],
    };
    const after: Seen = {
      topology: { ...nothing, services: [aService("web")] },
      workloads: [{ ...web, revision: "2" }],
    };
    marks.compare(1000, before, after);
    expect(texts(marks)).toEqual(["1000 web has no endpoints", "1000 web rolls out revision 2"]);
  });
});
