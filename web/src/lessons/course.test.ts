import { Cluster } from "svcscope";
import { describe, expect, it } from "vitest";
import { judge, podsOf } from "../engine/goals.ts";
import { follower } from "../engine/manifests.ts";
import { course, type Lesson } from "./course.ts";
import en from "./text/en.json";

interface Deed {
  /** What is changed in the manifests: a text, and what stands there instead. */
  readonly edits?: readonly (readonly [before: string, after: string])[];
  readonly add?: string;
  readonly also?: (cluster: Cluster) => void;
}

/** What a learner does who follows the hints, step by step. */
const DEEDS: Readonly<Record<string, readonly Deed[]>> = {
  why: [
    {
      also: (cluster) =>
        cluster.delete("Pod", String(cluster.list("Pod", "default")[0]?.metadata?.name), "default"),
    },
    { edits: [["replicas: 3", "replicas: 6"]] },
  ],
  labels: [{ edits: [['    version: "2"\n', ""]] }],
  endpoints: [{ edits: [["port: 8081", "port: 8080"]] }],
  dns: [{ edits: [["- port: 80\n", "- port: 80\n      targetPort: 8080\n"]] }],
  nodeport: [
    { edits: [["type: ClusterIP", "type: NodePort"]] },
    { edits: [["- port: 8080\n", "- port: 8080\n      nodePort: 30001\n"]] },
  ],
  outside: [
    { edits: [["type: NodePort", "type: LoadBalancer"]] },
    {
      add: "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\nspec:\n  type: ExternalName\n  externalName: db.example.com\n",
    },
  ],
  environment: [
    {
      add: "apiVersion: v1\nkind: Service\nmetadata:\n  name: cache\nspec:\n  selector:\n    app: cache\n  ports:\n    - port: 6379\n",
    },
    {
      also(cluster) {
        for (const pod of cluster.list("Pod", "default")) {
          const { name } = pod.metadata as { name: string };
          if (name.startsWith("client-")) cluster.delete("Pod", name, "default");
        }
      },
    },
  ],
  versions: [
    { edits: [['\n    version: "4.1"\n', "\n"]] },
    {
      edits: [
        ["  selector:\n    app: biz1\n", '  selector:\n    app: biz1\n    version: "4.2"\n'],
        ["replicas: 1", "replicas: 4"],
      ],
    },
  ],
};

async function learn(lesson: Lesson): Promise<readonly (readonly boolean[])[]> {
  const cluster = await Cluster.create({ seed: 1, nodes: 3, loadBalancer: lesson.loadBalancer ?? false });
  const { follow } = follower(cluster);
  let files = lesson.files;
  const apply = () => expect(follow(files).problems).toEqual([]);
  apply();
  cluster.advance(30_000);
  const first = podsOf(cluster);
  const look = () => judge(cluster, lesson.goals, first).map((finding) => finding.met);
  const seen = [look()];
  for (const { edits = [], add, also } of DEEDS[lesson.id] ?? []) {
    for (const [before, after] of edits) {
      expect(
        files.some((file) => file.text.includes(before)),
        before,
      ).toBe(true);
      files = files.map((file) => ({ ...file, text: file.text.replace(before, after) }));
    }
    if (add !== undefined) files = [...files, { name: "more.yml", text: add }];
    apply();
    also?.(cluster);
    cluster.advance(60_000);
    seen.push(look());
  }
  return seen;
}

describe.each(course)("lesson $id", (lesson) => {
  it("is not done in the beginning, and done by who follows the hints", async () => {
    const seen = await learn(lesson);
    const reached = lesson.goals.map((_, i) => seen.some((goals) => goals[i]));
    expect(seen[0]?.every(Boolean)).toBe(false);
    expect(reached).toEqual(lesson.goals.map(() => true));
  });

  it("has words for everything", () => {
    const words = (en.lessons as Record<string, (typeof en)["lessons"]["why"]>)[lesson.id];
    expect(words?.goals.length).toBe(lesson.goals.length);
    expect(words?.text.length).toBeGreaterThan(1);
    expect(words?.hints.length).toBeGreaterThan(1);
  });
});

describe("judging", () => {
  it("leaves the cluster as it was", async () => {
    const cluster = await Cluster.create();
    const before = cluster.revision;
    judge(cluster, [{ answered: { from: "outside", to: "192.168.1.11", port: 30001 } }], new Set());
    expect(cluster.revision).toBe(before);
  });

  it("of what is not there says so, and no more", async () => {
    const cluster = await Cluster.create();
    const goals = judge(
      cluster,
      [
        { service: "none", ready: { min: 1 } },
        { service: "none", percent: { min: 1 }, labels: {} },
        { object: ["Service", "none"], has: { "spec.type": "NodePort" } },
        { name: "none", from: "pod/default/none", type: "A", begins: "10." },
        { variable: "A", pods: { app: "none" } },
        { pods: { app: "none" }, ready: 1 },
        { gone: 1 },
      ],
      new Set(),
    );
    expect(goals.map((goal) => goal.met)).toEqual(Array(7).fill(false));
  });
});
