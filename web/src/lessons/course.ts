/**
 * The lessons: what the cluster is in the beginning, and what it has to be in the end. Their words are in `text/`, one
 * file per language; goals and hints stand there in the same order.
 */
import type { Goal } from "../engine/goals.ts";
import { CLUSTER_IP, type Example } from "../examples/index.ts";
import dns from "./manifests/dns.yml?raw";
import endpoints from "./manifests/endpoints.yml?raw";
import environment from "./manifests/environment.yml?raw";
import labels from "./manifests/labels.yml?raw";
import nodeport from "./manifests/nodeport.yml?raw";
import outside from "./manifests/outside.yml?raw";
import v41 from "./manifests/versions-4.1.yml?raw";
import v42 from "./manifests/versions-4.2.yml?raw";
import versions from "./manifests/versions-svc.yml?raw";
import why from "./manifests/why.yml?raw";

export interface Lesson extends Pick<Example, "files" | "send"> {
  readonly id: string;
  readonly loadBalancer?: boolean;
  /** One that was met stays met: to some there are several ways and an order. */
  readonly goals: readonly Goal[];
}

export const course: readonly Lesson[] = [
  {
    id: "why",
    files: [{ name: "web.yml", text: why }],
    send: { from: "node/node-1", to: CLUSTER_IP, port: 8080 },
    goals: [{ gone: 1 }, { service: "hello", ready: 6 }],
  },
  {
    id: "labels",
    files: [{ name: "shop.yml", text: labels }],
    send: { from: "node/node-1", to: CLUSTER_IP, port: 8080 },
    goals: [
      { service: "shop", ready: 3, only: { app: "shop" } },
      { object: ["Service", "shop"], has: { "spec.selector": { app: "shop", env: "prod" } } },
    ],
  },
  {
    id: "endpoints",
    files: [{ name: "api.yml", text: endpoints }],
    send: { from: "node/node-1", to: CLUSTER_IP, port: 80 },
    goals: [
      { service: "api", ready: 3 },
      {
        object: ["Deployment", "api"],
        has: { "spec.template.spec.containers.0.readinessProbe.httpGet.port": 8080 },
      },
    ],
  },
  {
    id: "dns",
    files: [{ name: "backend.yml", text: dns }],
    send: { from: "pod/dev/client", to: "backend.prod", port: 80 },
    goals: [
      { name: "backend.prod", from: "pod/dev/client", type: "A", begins: "10.96." },
      { answered: { from: "pod/dev/client", to: "backend.prod", port: 80 } },
    ],
  },
  {
    id: "nodeport",
    files: [{ name: "hello.yml", text: nodeport }],
    send: { from: "node/node-1", to: CLUSTER_IP, port: 8080 },
    goals: [
      { object: ["Service", "hello"], has: { "spec.type": "NodePort" } },
      { answered: { from: "outside", to: "192.168.1.13", port: 30001 } },
    ],
  },
  {
    id: "outside",
    files: [{ name: "cloud.yml", text: outside }],
    loadBalancer: true,
    send: { from: "outside", to: "192.168.1.11", port: 30001 },
    goals: [
      { answered: { from: "outside", to: "loadBalancer cloud-lb", port: 9000 } },
      { name: "db", from: "pod/default/client", type: "CNAME", begins: "db.example.com" },
    ],
  },
  {
    id: "environment",
    files: [{ name: "cache.yml", text: environment }],
    send: null,
    goals: [
      { service: "cache", ready: { min: 1 }, only: { app: "cache" } },
      { variable: "CACHE_SERVICE_HOST", pods: { app: "client" } },
    ],
  },
  {
    id: "versions",
    files: [
      { name: "svc.yml", text: versions },
      { name: "v4.1.yml", text: v41 },
      { name: "v4.2.yml", text: v42 },
    ],
    send: { from: "node/node-1", to: CLUSTER_IP, port: 80 },
    goals: [
      { service: "biz1", percent: { min: 1, max: 25 }, labels: { version: "4.2" } },
      { service: "biz1", ready: { min: 4 }, only: { version: "4.2" } },
    ],
  },
];

/** Lessons take so long to come to rest. */
const SETTLE = 30_000;

/** A lesson as what the page opens. */
export function exampleOf(id: string): Example {
  const lesson = lessonOf(id);
  return {
    id: `lesson-${lesson.id}`,
    title: lesson.id,
    files: lesson.files,
    send: lesson.send,
    nodes: 3,
    loadBalancer: lesson.loadBalancer ?? false,
    settle: SETTLE,
  };
}

/** The lesson with that id, with `lesson-` before it or without; the first if there is none. */
export function lessonOf(id: string): Lesson {
  const [first] = course;
  const found = course.find((lesson) => lesson.id === id.replace(/^lesson-/, "")) ?? first;
  if (!found) throw new Error("there are no lessons");
  return found;
}
