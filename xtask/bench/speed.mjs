/**
 * How long the engine takes for what DESIGN asks of it, as WebAssembly: `node speed.mjs FOLDER_OF_THE_ENGINE`.
 *
 * Time is that of the thread on a processor where Linux tells it, for others may be at work beside it; of several runs
 * the least counts.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const { Engine, initSync } = await import(pathToFileURL(`${folder}/svcscope.js`));
initSync({ module: readFileSync(`${folder}/svcscope_bg.wasm`) });

const HOUR = 3_600_000;
const JSON_TYPE = { "Content-Type": "application/json" };
const PATCH_TYPE = { "Content-Type": "application/strategic-merge-patch+json" };

boot();
for (const pods of [10, 100, 500, 2000]) figure(`${pods} endpoints ready`, least(pods > 500 ? 2 : 5, () => shop(pods).free()), goalOf(pods));
traffic();
rest();
typing();
flips();
watchers();

function boot() {
  figure("boot to a cluster with DNS", least(20, () => new Engine({ nodes: 3 }).free()), 5);
}

function traffic() {
  const cluster = shop(100);
  const request = { from: "outside", to: "192.168.1.13", port: 31000 };
  if (cluster.send(request).outcome !== "answered") throw new Error(cluster.send(request).summary);
  figure("a packet through a node port, without steps", least(5, () => cluster.sendMany(request, 2000)) / 2000, 0.002);
  figure("the same with its steps", each(500, () => cluster.send(request)), 0.05);
}

function rest() {
  const cluster = new Engine({ nodes: 3 });
  const path = "/api/v1/namespaces/default/services";
  const body = (name) => JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } });
  let count = 0;
  figure("POST of a Service", each(300, () => call(cluster, { method: "POST", path, headers: JSON_TYPE, body: body(`s${count++}`) })), 0.1);
  figure("GET of a Service", each(500, () => call(cluster, { path: `${path}/s0` })), 0.02);
}

/** An editor applies a file again and again, with something changed. */
function typing() {
  const cluster = new Engine({ nodes: 3 });
  const app = (name, image) => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  replicas: 0
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: web
        image: ${image}
        ports:
        - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
  - port: 80
    targetPort: 8080
`;
  let round = 0;
  const text = () => Array.from({ length: 32 }, (_, n) => app(`app-${n}`, `web:${round++}`)).join("");
  figure(`${text().split("\n").length} lines applied`, least(20, () => cluster.apply(text())), 8);
}

/** One pod of many in a Service of fifty turns not ready, until everybody has followed. */
function flips() {
  const services = 40;
  const cluster = new Engine({ nodes: 24 });
  const app = (n) => manifests(50, `app-${n}`, undefined);
  figure(`${services} Services of 50 pods each loaded`, least(1, () => {
    for (let n = 0; n < services; n++) cluster.apply(app(n));
    cluster.advanceUntilQuiet(HOUR);
  }));
  const pods = cluster.list("Pod", "default").map((pod) => pod.metadata.name);
  const body = JSON.stringify({ status: { conditions: [{ type: "Ready", status: "False" }] } });
  let count = 0;
  figure("one of these pods flips", each(10, () => {
    call(cluster, { method: "PATCH", path: `/api/v1/namespaces/default/pods/${pods[(count++ * 37) % pods.length]}/status`, headers: PATCH_TYPE, body });
    cluster.advance(0);
  }), 0.2);
}

function watchers() {
  const cluster = shop(10);
  const watches = Array.from({ length: 1000 }, () => call(cluster, { path: "/api/v1/services?watch=true&resourceVersion=0" }).watch);
  const fetch = () => watches.reduce((length, watch) => length + cluster.watched(watch).lines.length, 0);
  if (!fetch()) throw new Error("nobody sees what is there");
  let round = 0;
  figure("a change of a Service told to 1,000 watchers", least(10, () => {
    const body = JSON.stringify({ metadata: { annotations: { round: `${round++}` } } });
    call(cluster, { method: "PATCH", path: "/api/v1/namespaces/default/services/web", headers: PATCH_TYPE, body });
    if (!fetch()) throw new Error("nobody sees the change");
  }));
}

/** A Deployment of so many pods behind a Service, all of them ready. */
function shop(pods) {
  const cluster = new Engine({ nodes: Math.max(3, Math.ceil(pods / 100)) });
  cluster.apply(manifests(pods, "web", 31000));
  cluster.advanceUntilQuiet(HOUR);
  return cluster;
}

function manifests(replicas, name, nodePort) {
  const labels = { app: name };
  const containers = [{ name: "web", image: "web:1.0", ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  const port = { port: 80, targetPort: 8080, nodePort };
  return [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } },
    { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { type: nodePort ? "NodePort" : "ClusterIP", selector: labels, ports: [port] } },
  ].map((object) => JSON.stringify(object)).join("\n---\n");
}

function call(cluster, request) {
  const answer = cluster.request(request);
  if (answer.code > 299) throw new Error(`${request.path}: ${answer.body}`);
  return answer;
}

function least(rounds, run) {
  const times = Array.from({ length: rounds }, () => {
    const start = clock();
    run();
    return clock() - start;
  });
  return Math.min(...times);
}

/** The mean of so many in a row, the least of three rows. */
function each(count, run) {
  return least(3, () => { for (let i = 0; i < count; i++) run(); }) / count;
}

/** Milliseconds that this thread has been on a processor; else those that went by. */
function clock() {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

function goalOf(pods) {
  return pods === 500 ? 50 : undefined;
}

function figure(what, ms, goal) {
  const shown = (time) => (time < 1 ? `${(time * 1000).toFixed(1)} µs` : `${time.toFixed(1)} ms`);
  console.log(what.padEnd(48) + shown(ms).padStart(12) + (goal ? `   goal ${shown(goal)}` : ""));
}
