/** What holds whatever is done to a cluster: told of random acts, the same ones at every run. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project } from "./installed.mjs";

const folder = project({ "svcscope.mjs": `export * from "svcscope";` });
const { Cluster, StatusError } = await import(pathToFileURL(join(folder, "svcscope.mjs")));

/** Numbers that look random: from 0 to below `n`. */
function chance(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const NAMES = ["a", "b", "c"];

const deployment = (name, replicas, image) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: "${image}", ports: [{containerPort: 80}]}]}
`;
const service = (name, type, app) => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: ${type}, selector: {app: ${app}}, ports: [{port: 80}]}
`;

/** One act of those that people do, refused ones included. */
function act(cluster, random) {
  const name = () => NAMES[random(NAMES.length)];
  const acts = [
    () => cluster.apply(deployment(name(), random(4), `nginx:1.${random(3)}`)),
    () => cluster.apply(service(name(), ["ClusterIP", "NodePort"][random(2)], name())),
    () => cluster.apply(service(name(), "Nonsense", name())),
    () => cluster.delete("deployment", name()),
    () => cluster.delete("service", name()),
    () => cluster.scale("deployment", name(), random(5)),
    () => cluster.expose("deployment", name(), { name: `${name()}-exposed`, port: 80 }),
    () => cluster.kubectl(["label", "service", name(), `at=${random(100)}`, "--overwrite"]),
    () => cluster.advance(random(5_000)),
    () => cluster.advance(0),
    () => cluster.send({ from: `node/node-${1 + random(3)}`, to: "10.96.0.1", port: 443 }),
  ];
  try {
    acts[random(acts.length)]();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

const KINDS = ["Service", "Endpoints", "EndpointSlice", "Pod", "Deployment", "ReplicaSet", "Node", "Event"];

/** All that can be seen of a cluster. */
function seen(cluster) {
  const objects = KINDS.map((kind) => cluster.list(kind));
  const rules = cluster.rules({ node: "node-1", mode: "nftables" });
  return { now: cluster.now, revision: cluster.revision, objects, topology: cluster.topology(), findings: cluster.findings(), rules };
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`restored, a cluster is what it was, and becomes what it became (seed ${seed})`, async () => {
    const random = chance(seed);
    const cluster = await Cluster.create({ seed });
    for (let i = 0; i < 15; i++) act(cluster, random);
    const before = seen(cluster);
    const snapshot = cluster.snapshot();
    const future = 1000 + seed;
    const live = () => {
      const next = chance(future);
      for (let i = 0; i < 20; i++) act(cluster, next);
      return seen(cluster);
    };
    const once = live();
    cluster.restore(snapshot);
    assert.deepEqual(seen(cluster), before);
    assert.deepEqual(live(), once);
    cluster.restore(snapshot);
    snapshot.free();
    assert.deepEqual(seen(cluster), before);
  });

  test(`who follows the changes knows what is there (seed ${seed})`, async () => {
    const random = chance(seed);
    const cluster = await Cluster.create({ seed });
    // As of any API server, the items of a list do not say of which kind they are.
    const key = (kind, { metadata }) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
    const listed = () => new Map(KINDS.flatMap((kind) => cluster.list(kind).map((object) => [key(kind, object), object])));
    let known = listed();
    const stop = cluster.watch(({ changes, missed }) => {
      if (missed) known = listed();
      for (const { type, object } of changes) {
        if (!KINDS.includes(object.kind)) continue;
        if (type === "deleted") known.delete(key(object.kind, object));
        else known.set(key(object.kind, object), object);
      }
    });
    const path = "/api/v1/namespaces/default/services";
    const { watch } = cluster.request({ path: `${path}?watch=true` });
    const watched = new Map();
    const snapshot = cluster.snapshot();
    for (let i = 0; i < 40; i++) {
      act(cluster, random);
      if (i === 20 && seed % 2 === 0) cluster.restore(snapshot);
    }
    cluster.advance(0);
    stop();
    const versions = (objects) => Object.fromEntries([...objects].map(([name, { metadata }]) => [name, metadata.resourceVersion]).sort());
    assert.deepEqual(versions(known), versions(listed()));
    if (seed % 2 === 0) return; // A watch of the API does not live through going back in time.
    for (const line of cluster.watched(watch).lines.trim().split("\n")) {
      const { type, object } = JSON.parse(line);
      if (type === "DELETED") watched.delete(object.metadata.name);
      else watched.set(object.metadata.name, object);
    }
    const services = cluster.list("services", "default").map((object) => [object.metadata.name, object]);
    assert.deepEqual(versions(watched), versions(services));
  });
}

/** What is wrong, and what stands where it is: the field that the Status names. */
const WRONG = [
  ["spec: {ports: [{port: 70000}]}", "spec.ports[0].port", "70000"],
  ["spec: {ports: [{port: 80, nodePort: 30001}]}", "spec.ports[0].nodePort", "30001"],
  ["spec:\n  ports:\n    - {port: 80, name: a}\n    - port: 81\n      name: A_b", "spec.ports[1].name", "A_b"],
  ["spec:\n  type: Wrong\n  ports: [{port: 80}]", "spec.type", "Wrong"],
  ["spec:\n  clusterIP: 10.96.0.300\n  ports: [{port: 80}]", "spec.clusterIPs[0]", "10.96.0.300"],
  ["spec:\n  sessionAffinity: Sometimes\n  ports: [{port: 80}]", "spec.sessionAffinity", "Sometimes"],
  ["spec:\n  selector:\n    app: '-'\n  ports: [{port: 80}]", "spec.selector", undefined],
];

const AHEAD = ["", "# é😀 ahead\n", "---\n# nothing\n---\n"];

for (const [spec, field, text] of WRONG) {
  test(`what is wrong with ${field} is told where it stands`, async () => {
    for (const ahead of AHEAD) {
      for (const newline of ["\n", "\r\n"]) {
        const cluster = await Cluster.create();
        const manifest = `${ahead}apiVersion: v1\nkind: Service\nmetadata: {name: web}\n${spec}\n`.replaceAll("\n", newline);
        assert.throws(() => cluster.apply(manifest), (error) => {
          assert.ok(error instanceof StatusError, String(error));
          const causes = error.status.details.causes;
          assert.equal(error.places.length, causes.length);
          assert.ok(causes.some((cause) => cause.field === field), JSON.stringify(causes));
          error.places.forEach(({ from, to, line, column, message }, i) => {
            assert.ok(message.startsWith(`${causes[i].field}: `), message);
            const lines = manifest.slice(0, from).split(/\r\n|\n/);
            assert.deepEqual([line, column], [lines.length, lines.at(-1).length + 1]);
            if (causes[i].field === field && text !== undefined) assert.equal(manifest.slice(from, to), text);
          });
          return true;
        });
        assert.equal(cluster.get("service", "web"), undefined);
        cluster.free();
      }
    }
  });
}
