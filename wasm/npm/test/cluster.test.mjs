/** What the class `Cluster` adds to the engine: errors, watchers, snapshots, options. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project } from "./installed.mjs";

const folder = project({ "svcscope.mjs": `export * from "svcscope";` });
const { Cluster, ManifestError, StatusError } = await import(pathToFileURL(join(folder, "svcscope.mjs")));

const service = (more = "") => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80${more}}]
`;

test("a text that is no manifest is a ManifestError with places", async () => {
  const cluster = await Cluster.create();
  assert.throws(() => cluster.apply("😀: b: c"), (error) => {
    assert.ok(error instanceof ManifestError && error instanceof Error);
    assert.equal(error.name, "ManifestError");
    assert.equal(error.places.length, 1);
    assert.equal(error.places[0].line, 1);
    assert.equal("😀: b: c".slice(error.places[0].from), ": c");
    return true;
  });
});

test("what the server refuses is a StatusError, and nothing of the text is applied", async () => {
  const cluster = await Cluster.create();
  const text = `${service()}---\n${service(", nodePort: 30001").replace("name: web", "name: other")}`;
  assert.throws(() => cluster.apply(text), (error) => {
    assert.ok(error instanceof StatusError);
    assert.deepEqual([error.status.kind, error.status.code, error.status.reason], ["Status", 422, "Invalid"]);
    assert.equal(text.slice(error.places[0].from, error.places[0].to), "30001");
    return true;
  });
  assert.equal(cluster.get("Service", "web"), undefined);
});

test("a kind that does not exist is refused, an object that does not exist is undefined", async () => {
  const cluster = await Cluster.create();
  assert.throws(() => cluster.get("Nonsense", "web"), StatusError);
  assert.equal(cluster.get("svc", "web"), undefined);
  assert.equal(cluster.getYaml("svc", "web"), undefined);
  assert.throws(() => cluster.delete("svc", "web"), { message: 'services "web" not found' });
  assert.throws(() => cluster.send({ from: "pod/web", to: "web", port: 80 }), { message: 'pods "web" not found' });
});

test("wrong options and arguments are TypeErrors that say what is wrong", async () => {
  for (const [options, message] of [
    [{ nodes: -1 }, "nodes: -1 is no whole number from 0 to 244"],
    [{ startTime: "tomorrow" }, 'startTime: "tomorrow" is no time such as 2026-01-01T00:00:00Z'],
    [{ serviceCIDR: "10.96.0.0" }, 'serviceCIDR: "10.96.0.0" is no range of addresses such as 10.96.0.0/16'],
    [{ nodePortRange: "32767-30000" }, 'nodePortRange: "32767-30000" is no range of ports such as 30000-32767'],
  ]) {
    await assert.rejects(Cluster.create(options), (error) => {
      assert.ok(error instanceof TypeError);
      assert.equal(error.message, message);
      return true;
    });
  }
  const cluster = await Cluster.create();
  for (const use of [
    () => cluster.advance(-1),
    () => cluster.advance(Number.NaN),
    () => cluster.send({ to: "web", port: 0 }),
    () => cluster.send({ from: "mars", to: "web", port: 80 }),
    () => cluster.send({ to: "web", port: 80, protocol: "ICMP" }),
    () => cluster.resolve({ name: "web", type: "NONSENSE" }),
  ]) {
    assert.throws(use, TypeError);
  }
});

test("options shape the cluster", async () => {
  const cluster = await Cluster.create({
    startTime: "2030-02-03T04:05:06Z",
    nodes: 5,
    serviceCIDR: "172.20.0.0/16",
    podCIDR: "10.200.0.0/16",
    nodePortRange: "31000-31010",
  });
  assert.equal(cluster.now, Date.parse("2030-02-03T04:05:06Z"));
  assert.equal(cluster.list("nodes").length, 6);
  assert.equal(cluster.get("node", "node-5").spec.podCIDR, "10.200.5.0/24");
  cluster.apply(service().replace("spec:", "spec:\n  type: NodePort"));
  const { spec } = cluster.get("svc", "web");
  assert.match(spec.clusterIP, /^172\.20\./);
  assert.ok(spec.ports[0].nodePort >= 31000 && spec.ports[0].nodePort <= 31010);
  assert.equal(cluster.get("svc", "kubernetes").spec.clusterIP, "172.20.0.1");
});

test("a dual-stack cluster gives addresses of both families", async () => {
  const cluster = await Cluster.create({ serviceCIDR: "10.96.0.0/16,fd00:10:96::/112", podCIDR: "10.244.0.0/16,fd00:10:244::/56" });
  cluster.apply(service().replace("spec:", "spec:\n  ipFamilyPolicy: PreferDualStack"));
  const { clusterIPs } = cluster.get("svc", "web").spec;
  assert.deepEqual(clusterIPs.map((ip) => ip.includes(":")), [false, true]);
});

test("watchers hear of every write, of restoring, and nothing when they have stopped", async () => {
  const cluster = await Cluster.create();
  const heard = [];
  const stop = cluster.watch(({ changes, missed }) => {
    heard.push(missed ? "restored" : changes.filter(({ kind }) => kind === "Service").map(({ type, name }) => `${type} ${name}`).join());
  });
  const before = cluster.snapshot();
  cluster.apply(service());
  cluster.get("svc", "web");
  cluster.delete("svc", "web");
  cluster.restore(before);
  before.free();
  stop();
  cluster.apply(service());
  assert.deepEqual(heard, ["added web", "deleted web", "restored"]);
});

test("a snapshot brings back everything, chance included", async () => {
  const cluster = await Cluster.create({ seed: 3 });
  const before = cluster.snapshot();
  const run = () => {
    cluster.apply(service().replace("spec:", "spec:\n  type: NodePort"));
    cluster.advanceUntilQuiet();
    return [cluster.getYaml("svc", "web"), cluster.now, cluster.revision];
  };
  const once = run();
  cluster.restore(before);
  assert.equal(cluster.get("svc", "web"), undefined);
  assert.deepEqual(run(), once);
});

test("the REST façade answers as an API server does, and its watches tell what happens", async () => {
  const cluster = await Cluster.create();
  const path = "/api/v1/namespaces/default/services";
  const body = JSON.stringify({ metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } });
  const { watch } = cluster.request({ path: `${path}?watch=true&fieldSelector=metadata.name%3Dweb` });
  assert.equal(typeof watch, "number");
  const created = cluster.request({ method: "POST", path, headers: { "Content-Type": "application/json" }, body });
  assert.equal(created.code, 201);
  assert.equal(created.headers["Content-Type"], "application/json");
  assert.equal(JSON.parse(created.body).metadata.name, "web");
  const { lines, open } = cluster.watched(watch);
  assert.deepEqual(lines.trim().split("\n").map((line) => JSON.parse(line).type), ["ADDED"]);
  assert.equal(open, true);
  cluster.unwatch(watch);
  assert.equal(cluster.request({ path: "/nonsense" }).code, 404);
});

test("of many requests the first tells its way, and equal results are one object", async () => {
  const cluster = await Cluster.create();
  cluster.apply(service());
  const results = cluster.sendMany({ from: "node/node-1", to: cluster.get("svc", "web").spec.clusterIP, port: 80 }, 50);
  assert.equal(results.length, 50);
  assert.ok(results.every(({ outcome }) => outcome === "refused"));
  assert.ok(results[0].steps.length > 0);
  assert.equal(new Set(results.slice(1)).size, 1);
  assert.deepEqual(cluster.sendMany({ to: "192.168.1.11", port: 1 }, 0), []);
});
