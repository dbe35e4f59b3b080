/** The command line, as npm installs it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, run } from "./installed.mjs";

const SVC = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 50001
`;
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: example/web, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;
const DEPLOY = readFileSync(new URL("../../../tests/manifests/chapter/deploy.yml", import.meta.url), "utf8");

const folder = project({ "bad.yml": SVC, "good.yml": POD, "deploy.yml": DEPLOY, "torn.yml": "kind: [" });
const { version } = JSON.parse(readFileSync(join(folder, "node_modules/svcscope/package.json"), "utf8"));
const svcscope = (...args) => run(folder, join(folder, "node_modules/.bin/svcscope"), ...args);

test("it says its version", () => {
  for (const args of [["--version"], ["-V"], ["version"]]) {
    assert.deepEqual(svcscope(...args), { code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

test("it helps whoever asks, also about one command", () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, stdout } = svcscope(...args);
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}version {2}print the version$/m);
  }
  assert.match(svcscope("version", "--help").stdout, /^svcscope version/);
});

test("what it does not know is an error with exit code 2", () => {
  for (const args of [["fly"], ["version", "--fast"], ["--fast"], ["toString"]]) {
    const { code, stdout, stderr } = svcscope(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, new RegExp(`^svcscope: .*${args.at(-1)}`));
  }
  assert.equal(svcscope().code, 2);
});

test("apply says what became of each object, as kubectl says it", () => {
  assert.deepEqual(svcscope("apply", "-f", "good.yml", "-f", "deploy.yml", "-f", "deploy.yml"), {
    code: 0,
    stdout: "pod/web created\nservice/web created\ndeployment.apps/web-deploy created\ndeployment.apps/web-deploy unchanged\n",
    stderr: "",
  });
});

test("apply names the place of what is wrong, and goes on with the next file", () => {
  const { code, stdout, stderr } = svcscope("apply", "-f", "bad.yml", "-f", "torn.yml", "-f", "good.yml");
  assert.equal(code, 1);
  assert.equal(stdout, "pod/web created\nservice/web created\n");
  const [range, torn, ...rest] = stderr.trim().split("\n");
  assert.match(range, /^bad\.yml:9:17: spec\.ports\[0\]\.nodePort: Invalid value: 50001: provided port is not in the valid range\./);
  assert.match(torn, /^torn\.yml:1:\d+: error converting YAML to JSON: yaml: /);
  assert.deepEqual(rest, []);
});

test("apply without files, or with one that is not there, is an error", () => {
  assert.deepEqual(svcscope("apply"), { code: 2, stdout: "", stderr: "svcscope: must specify -f\n" });
  assert.deepEqual(svcscope("apply", "-f", "no.yml"), {
    code: 1,
    stdout: "",
    stderr: 'svcscope: the path "no.yml" does not exist\n',
  });
});

test("trace says which way a packet goes, and its exit code whether it arrives", () => {
  const answered = svcscope("trace", "-f", "good.yml", "outside", "192.168.1.12:30080");
  assert.equal(answered.code, 0, answered.stderr);
  assert.match(answered.stdout, /is the node port of Service web, port 80\/TCP\.\n/);
  assert.match(answered.stdout, /Answered by pod web on node node-\d\.\n$/);
  const refused = svcscope("trace", "-f", "good.yml", "outside", "192.168.1.12:30081");
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /Refused: nothing on node node-2 listens at that port\.\n$/);
});

test("trace prints JSON for other programs", () => {
  const { stdout } = svcscope("trace", "-f", "good.yml", "--json", "pod/web", "web:80");
  const result = JSON.parse(stdout);
  assert.equal(result.outcome, "answered");
  assert.equal(result.pod, "default/web");
});
