/** The command line, as npm installs it. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** The selector has a slip of the pen. */
const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  # 100%: those of the shop
  selector:
    app: wbe   # the web
  ports:
    - port: 80
`;
const NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";

const folder = project({ "bad.yml": SVC, "good.yml": POD, "deploy.yml": DEPLOY, "torn.yml": "kind: [", "shop.yml": SHOP, "shop-ns.yml": NAMESPACE });
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

test("trace does not trace in a cluster that lacks what was refused", () => {
  const { code, stdout, stderr } = svcscope("trace", "-f", "bad.yml", "outside", "192.168.1.12:30080");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^bad\.yml:9:17: /);
});

test("check says what the API server refuses and why traffic would not arrive, each with its place", () => {
  const { code, stdout, stderr } = svcscope("check", "bad.yml", "torn.yml", "shop.yml", "shop-ns.yml", "good.yml");
  assert.equal(code, 1);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0], /^bad\.yml:9:17: error: spec\.ports\[0\]\.nodePort: Invalid value: 50001: .* \[Invalid\]$/);
  assert.match(lines[1], /^torn\.yml:1:\d+: error: .* \[NotAManifest\]$/);
  assert.match(lines[2], /^shop\.yml:16:5: error: No pod has the labels app=wbe\. .* \[selector-matches-nothing\]$/);
  assert.deepEqual(lines.slice(3), ["    fix: Select app=web"]);
  assert.equal(stderr, "3 errors in 5 files\n");
});

test("check finds nothing wrong where nothing is", () => {
  assert.deepEqual(svcscope("check", "good.yml"), { code: 0, stdout: "", stderr: "" });
});

test("check speaks to programs, to GitHub and to code scanners", () => {
  const checked = (format) => svcscope("check", "--format", format, "shop.yml", "shop-ns.yml").stdout;
  const [diagnostic, ...others] = JSON.parse(checked("json"));
  assert.deepEqual(others, []);
  assert.deepEqual(diagnostic.at, { file: "shop.yml", line: 16, column: 5, endLine: 16, endColumn: 13 });
  assert.deepEqual([diagnostic.id, diagnostic.severity, diagnostic.object], ["selector-matches-nothing", "error", "Service shop/web"]);
  assert.match(checked("github"), /^::error file=shop\.yml,line=16,endLine=16,col=5,endColumn=13,title=selector-matches-nothing::No pod has .*%0AFix: Select app=web\n$/);
  const { version: sarif, runs } = JSON.parse(checked("sarif"));
  assert.deepEqual([sarif, runs.length, runs[0].tool.driver.version], ["2.1.0", 1, version]);
  assert.deepEqual(runs[0].tool.driver.rules.map(({ id }) => id), ["selector-matches-nothing"]);
  assert.deepEqual(runs[0].results[0].locations[0].physicalLocation, {
    artifactLocation: { uri: "shop.yml" },
    region: { startLine: 16, startColumn: 5, endLine: 16, endColumn: 13 },
  });
});

test("check ends badly from the severity on that it is told", () => {
  const twin = join(folder, "twin.yml");
  writeFileSync(twin, `${POD}---\napiVersion: v1\nkind: Service\nmetadata: {name: web2}\nspec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}\n`);
  assert.equal(svcscope("check", "twin.yml").code, 0);
  assert.match(svcscope("check", "twin.yml").stdout, /hint: .*\[duplicate-service\]/);
  assert.equal(svcscope("check", "--fail-on", "hint", "twin.yml").code, 1);
  assert.equal(svcscope("check", "--fail-on", "fire", "twin.yml").code, 2);
  assert.equal(svcscope("check", "--format", "prose", "twin.yml").code, 2);
  assert.equal(svcscope("check").code, 2);
});

test("check takes folders, and mends what it can and nothing else", () => {
  const shop = join(folder, "shop");
  mkdirSync(shop);
  writeFileSync(join(shop, "a.yml"), SHOP);
  writeFileSync(join(shop, "b.yaml"), NAMESPACE);
  writeFileSync(join(shop, "notes.txt"), "kind: [");
  assert.equal(svcscope("check", "shop").code, 1);
  assert.equal(svcscope("check", "--fix", "shop").code, 0);
  assert.equal(readFileSync(join(shop, "a.yml"), "utf8"), SHOP.replace("app: wbe", "app: web"));
  assert.equal(readFileSync(join(shop, "b.yaml"), "utf8"), NAMESPACE);
});

test("kubectl runs with its own flags in a cluster that has the files", () => {
  assert.deepEqual(svcscope("kubectl", "-f", "good.yml", "get", "svc", "web", "-o", "name"), { code: 0, stdout: "service/web\n", stderr: "" });
  assert.deepEqual(svcscope("kubectl", "-f", "good.yml", "--", "get", "svc", "-o", "name"), {
    code: 0,
    stdout: "service/kubernetes\nservice/web\n",
    stderr: "",
  });
  assert.equal(svcscope("kubectl", "apply", "-f", "good.yml").stdout, "pod/web created\nservice/web created\n");
  assert.deepEqual(svcscope("kubectl", "get", "svc", "web"), {
    code: 1,
    stdout: "",
    stderr: 'Error from server (NotFound): services "web" not found\n',
  });
});

test("dns says what a name stands for", () => {
  const found = svcscope("dns", "-f", "good.yml", "web");
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /^web\.default\.svc\.cluster\.local\. \d+ IN A 10\.96\.\d+\.\d+\n$/);
  const { code, stdout, stderr } = svcscope("dns", "-f", "good.yml", "nobody");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^nobody: /);
  assert.match(svcscope("dns", "--json", "-f", "good.yml", "web", "aaaa").stdout, /"records": \[\]/);
});
