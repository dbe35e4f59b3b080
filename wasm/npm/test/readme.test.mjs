/** The example of the README does what it says. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { project, run } from "./installed.mjs";

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const exampleOf = (path) => /```js\n(.*?)```/s.exec(text(path))[1];
const example = exampleOf("../README.md");

const folder = project({
  "example.mjs": example,
  "deploy.yml": text("../../../tests/manifests/chapter/deploy.yml"),
  "svc.yml": text("../../../tests/manifests/chapter/svc.yml"),
});

test("the example of the README counts ten endpoints and gets an answer", () => {
  const { code, stdout, stderr } = run(folder, process.execPath, "example.mjs");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^10 endpoints\nAnswered by pod web-deploy-\S+ on node node-[123]\.\n$/);
});

test("the project's own README shows the same", () => {
  assert.equal(exampleOf("../../../README.md"), example);
});

test("it is short", () => {
  assert.ok(example.trim().split("\n").filter(Boolean).length <= 10);
});
