/** `svcscope serve`: the API server at a port, as clients meet it. */

import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { project, run } from "./installed.mjs";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const folder = project({ "web.yml": WEB });
const program = join(folder, "node_modules/.bin/svcscope");

/** A server that runs until the tests are over. */
async function serve(...args) {
  const child = spawn(program, ["serve", "--port", "0", ...args], { cwd: folder });
  after(() => child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  while (!/^export KUBECONFIG=.*\n/m.test(said)) {
    assert.equal(child.exitCode, null, said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const line = (pattern) => pattern.exec(said)?.[1];
  return { child, url: line(/^serving (\S+)$/m), dns: line(/^DNS at \S+:(\d+)$/m), kubeconfig: line(/^export KUBECONFIG=(\S+)$/m) };
}

async function gone({ child }) {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return [child.exitCode, child.signalCode];
}

const SERVICES = "/api/v1/namespaces/default/services";
const shared = await serve("-f", "web.yml", "--dns-port", "0", "--speed", "100");

test("it answers as an API server does, bodies and errors included", async () => {
  const { url } = shared;
  assert.equal(await (await fetch(`${url}/healthz`)).text(), "ok");
  const web = await (await fetch(`${url}${SERVICES}/web`)).json();
  assert.equal(web.spec.ports[0].port, 80);
  const post = (body) => fetch(`${url}${SERVICES}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const created = await post(JSON.stringify({ metadata: { name: "other" }, spec: { ports: [{ port: 1 }] } }));
  assert.deepEqual([created.status, created.headers.get("content-type")], [201, "application/json"]);
  const again = await post(JSON.stringify({ metadata: { name: "other" }, spec: { ports: [{ port: 1 }] } }));
  assert.deepEqual([again.status, (await again.json()).reason], [409, "AlreadyExists"]);
  assert.equal((await post("x".repeat(5 << 20))).status, 413);
  assert.equal((await fetch(`${url}${SERVICES}/other`, { method: "DELETE" })).status, 200);
  const head = await fetch(`${url}${SERVICES}/web`, { method: "HEAD" });
  assert.equal(await head.text(), "");
});

test("a watch hears of what others write, and of what time brings", { timeout: 60_000 }, async () => {
  const { url } = shared;
  const abort = new AbortController();
  const query = "watch=true&labelSelector=app%3Dslow&resourceVersion=0";
  const { body } = await fetch(`${url}/api/v1/namespaces/default/pods?${query}`, { signal: abort.signal });
  const seen = [];
  const heard = (async () => {
    let rest = "";
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const { type, object } = JSON.parse(line);
        seen.push(type);
        if (object.status.phase === "Running") return;
      }
    }
  })();
  const pod = { metadata: { name: "slow", labels: { app: "slow" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
  const headers = { "Content-Type": "application/json" };
  const created = await fetch(`${url}/api/v1/namespaces/default/pods`, { method: "POST", headers, body: JSON.stringify(pod) });
  assert.equal(created.status, 201);
  await heard;
  abort.abort();
  assert.equal(seen[0], "ADDED");
  assert.ok(seen.slice(1).every((type) => type === "MODIFIED") && seen.length > 1, seen.join());
});

test("a watch ends when its time is over", { timeout: 60_000 }, async () => {
  const response = await fetch(`${shared.url}${SERVICES}?watch=true&timeoutSeconds=1`);
  await response.text();
  assert.equal(response.status, 200);
});

test("DNS answers over UDP", { timeout: 60_000 }, async () => {
  const name = ["web", "default", "svc", "cluster", "local"].flatMap((label) => [label.length, ...Buffer.from(label)]);
  const socket = createSocket("udp4");
  socket.send(Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 1, 0, 1]), Number(shared.dns), "127.0.0.1");
  const [answer] = await once(socket, "message");
  socket.close();
  assert.deepEqual([...answer.subarray(0, 2)], [0x12, 0x34]);
  assert.equal(answer.readUInt16BE(6), 1);
});

test("a taken port is an error that says what to do", () => {
  const { code, stdout, stderr } = run(folder, program, "serve", "--port", new URL(shared.url).port);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^svcscope: port \d+ is taken; choose another, or 0 for any that is free\n$/);
});

test("options that make no sense are told before anything is started", () => {
  for (const args of [["--port", "x"], ["--port", "70000"], ["--speed", "-1"], ["--dns-port", ""], ["web.yml"]]) {
    const { code, stderr } = run(folder, program, "serve", ...args);
    assert.equal(code, 2, stderr);
  }
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`${signal} ends it, also while somebody watches, and its kubeconfig is gone`, { timeout: 60_000 }, async () => {
    const server = await serve();
    assert.match(readFileSync(server.kubeconfig, "utf8"), new RegExp(`server: ${server.url}\n`));
    const watch = await fetch(`${server.url}${SERVICES}?watch=true`);
    server.child.kill(signal);
    assert.deepEqual(await gone(server), [0, null]);
    await watch.text().catch(() => "cut off");
    assert.equal(existsSync(server.kubeconfig), false);
  });
}

/** The real one, where there is one: SVCSCOPE_KUBECTL may name it, with its first arguments. */
const [kubectl, ...first] = (process.env.SVCSCOPE_KUBECTL ?? "kubectl").split(" ");
const missing = spawnSync(kubectl, [...first, "version", "--client"]).status !== 0 && "there is no kubectl; SVCSCOPE_KUBECTL names one";

test("the real kubectl works with it", { skip: missing, timeout: 240_000 }, async () => {
  const server = await serve("--speed", "20");
  const call = (...args) => promisify(execFile)(kubectl, [...first, "--kubeconfig", server.kubeconfig, ...args], { cwd: folder });
  for (const [args, expected] of [
    ["version", /^Server Version: v1\.37/m],
    ["apply --validate=false -f web.yml", /^deployment\.apps\/web created\nservice\/web created\n$/],
    ["rollout status deployment/web --timeout=60s", /successfully rolled out\n$/],
    ["wait pod -l app=web --for=condition=Ready --timeout=60s", /^(pod\/web-\S+ condition met\n){2}$/],
    ["get deployment web", /^NAME +READY .*\nweb +2\/2 /],
    ["describe service web", /^Endpoints: +10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80$/m],
    ["scale deployment web --replicas=3", /^deployment\.apps\/web scaled\n$/],
    ["rollout status deployment/web --timeout=60s", /successfully rolled out\n$/],
    ["expose deployment web --name=front --port=8080 --target-port=80", /^service\/front exposed\n$/],
    ["apply --server-side --force-conflicts --validate=false -f web.yml", /^deployment\.apps\/web serverside-applied\n/],
    ["delete service front", /^service "front" deleted/],
    ["delete deployment web --timeout=60s", /^deployment\.apps "web" deleted/],
  ]) {
    const { stdout } = await call(...args.split(" "));
    assert.match(stdout, expected, args);
  }
  await assert.rejects(call("get", "service", "front"), { stderr: 'Error from server (NotFound): services "front" not found\n' });
  server.child.kill("SIGTERM");
  assert.deepEqual(await gone(server), [0, null]);
});
