/** The command line, as npm installs it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, run } from "./installed.mjs";

const folder = project();
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
