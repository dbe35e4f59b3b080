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

const DEFECT = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata:
  name: web # é😀
spec:
  selector:
    app: wbe   # a slip of the pen
  ports:
    - port: 80
`;

test("a finding says where in the files it is, and its fix what to change there", async () => {
  const cluster = await Cluster.create();
  const files = [{ name: "other.yml", text: "kind: [" }, { name: "shop.yml", text: DEFECT }];
  cluster.apply(DEFECT);
  cluster.advanceUntilQuiet();
  const [finding, ...others] = cluster.findings(files).filter(({ place }) => place.namespace === "default");
  assert.deepEqual(others, []);
  assert.deepEqual([finding.id, finding.severity], ["selector-matches-nothing", "error"]);
  assert.deepEqual([finding.at.file, finding.at.line, finding.at.column], ["shop.yml", 17, 5]);
  assert.equal(DEFECT.slice(finding.at.from, finding.at.to), "app: wbe");
  assert.deepEqual(finding.fix.patch, [{ op: "add", path: "/spec/selector/app", value: "web" }]);
  const { file, from, to, insert } = finding.fix.edit;
  const fixed = DEFECT.slice(0, from) + insert + DEFECT.slice(to);
  assert.equal(file, "shop.yml");
  assert.equal(fixed, DEFECT.replace("app: wbe", "app: web"));
  cluster.apply(fixed);
  cluster.advanceUntilQuiet();
  assert.deepEqual(cluster.why("web", "default"), []);
  assert.equal(cluster.why("nobody"), undefined);
});

test("without files a finding has no place in them, and its fix no edit", async () => {
  const cluster = await Cluster.create();
  cluster.apply(DEFECT);
  cluster.advanceUntilQuiet();
  const [finding] = cluster.why("web");
  assert.equal("at" in finding, false);
  assert.equal("edit" in finding.fix, false);
});

test("the matrix tells who reaches what, and leaves no trace", async () => {
  const cluster = await Cluster.create();
  cluster.apply(DEFECT.replace("wbe", "web"));
  cluster.apply(service().replace("name: web", "name: dead").replace("app: web", "app: dead"));
  cluster.advanceUntilQuiet();
  const [pod] = cluster.list("pods", "default");
  const request = { sources: [`pod/${pod.metadata.name}`, "node/node-1", "pod/nobody"], services: ["web", "default/dead"], times: 3 };
  const { targets, rows } = cluster.matrix(request);
  assert.deepEqual(targets.map(({ service, port, protocol }) => [service, port, protocol]), [["web", 80, "TCP"], ["dead", 80, "TCP"]]);
  assert.deepEqual(rows.map(({ source }) => source), [`pod/default/${pod.metadata.name}`, "node/node-1", "pod/default/nobody"]);
  const [first, second, third] = rows;
  assert.deepEqual(first.cells.map(({ answered, of, outcome }) => [answered, of, outcome]), [[3, 3, "answered"], [0, 3, "refused"]]);
  assert.equal("summary" in first.cells[0], false);
  assert.match(first.cells[1].summary, /Refused/);
  assert.deepEqual(second.cells.map(({ outcome }) => outcome), ["answered", "refused"]);
  assert.deepEqual([third.cells, third.error], [[], 'pods "nobody" not found']);
  assert.deepEqual(cluster.matrix(request), { targets, rows });
  assert.ok(cluster.matrix().rows.length > 1);
  assert.throws(() => cluster.matrix({ times: 0 }), TypeError);
});

test("rules are those of the node's proxy, or of another mode", async () => {
  const cluster = await Cluster.create();
  assert.match(cluster.rules({ node: "node-1", mode: "iptables" }), /^-A KUBE-SERVICES /m);
  assert.match(cluster.rules({ node: "node-1", mode: "nftables" }), /^table ip kube-proxy \{/m);
  assert.match(cluster.rules({ node: "node-1", mode: "nftables", family: "IPv6" }), /^table ip6 kube-proxy \{/m);
  assert.equal(cluster.rules("node-1"), cluster.rules({ node: "node-1" }));
  assert.equal(cluster.rules({ node: "nobody" }), undefined);
  assert.throws(() => cluster.rules({ node: "node-1", mode: "ipvs" }), { message: 'mode: "ipvs" is not iptables or nftables' });
  assert.throws(() => cluster.rules({ node: "node-1", family: "IPX" }), TypeError);
});

test("kubectl prints and ends as kubectl does", async () => {
  const cluster = await Cluster.create();
  const files = [{ name: "shop.yml", text: DEFECT }];
  assert.deepEqual(cluster.kubectl(["apply", "-f", "shop.yml"], { files }), {
    stdout: "deployment.apps/web created\nservice/web created\n",
    stderr: "",
    code: 0,
  });
  assert.equal(cluster.kubectl(["apply", "-f", "-"], { stdin: DEFECT }).stdout, "deployment.apps/web unchanged\nservice/web unchanged\n");
  assert.match(cluster.kubectl(["get", "svc", "web"]).stdout, /^NAME +TYPE +CLUSTER-IP/);
  assert.deepEqual(cluster.kubectl(["get", "svc", "nobody"]), {
    stdout: "",
    stderr: 'Error from server (NotFound): services "nobody" not found\n',
    code: 1,
  });
});

test("DNS answers in wire form", async () => {
  const cluster = await Cluster.create();
  const name = ["kubernetes", "default", "svc", "cluster", "local"].map((label) => [label.length, ...Buffer.from(label)]).flat();
  const query = Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 1, 0, 1]);
  const answer = cluster.dns(query);
  assert.deepEqual([...answer.slice(0, 2)], [0x12, 0x34]);
  assert.deepEqual([...answer.slice(-4)], [10, 96, 0, 1]);
  assert.equal(cluster.dns(new Uint8Array()), undefined);
});

test("bodies go both ways as bytes, too", async () => {
  const cluster = await Cluster.create();
  const path = "/api/v1/namespaces/default/services";
  const body = new TextEncoder().encode(JSON.stringify({ metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } }));
  const { code, bytes } = cluster.request({ method: "POST", path, headers: { "Content-Type": "application/json" }, body });
  assert.deepEqual([code, bytes], [201, undefined]);
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
