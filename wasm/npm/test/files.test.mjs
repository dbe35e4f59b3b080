/** What ships is what the list says, and nothing that the list does not say. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { tarball } from "./installed.mjs";

const tar = (...args) => execFileSync("tar", args, { encoding: "utf8" });
const lines = (text) => text.trim().split("\n").sort();

test("the tarball holds the files of files.txt", () => {
  const packed = lines(tar("-tzf", tarball)).map((name) => name.replace(/^package\//, ""));
  assert.deepEqual(packed, lines(readFileSync(new URL("files.txt", import.meta.url), "utf8")));
});

test("the package depends on nothing", () => {
  const manifest = JSON.parse(tar("-xzOf", tarball, "package/package.json"));
  const kinds = Object.keys(manifest).filter((key) => /dependencies$/i.test(key));
  assert.deepEqual(kinds, []);
  assert.equal(manifest.scripts, undefined);
});

test("no file names a folder of the machine that built it", () => {
  const home = process.env.HOME;
  const root = new URL("../../../", import.meta.url).pathname;
  const text = execFileSync("tar", ["-xzOf", tarball], { encoding: "latin1", maxBuffer: 1 << 28 });
  for (const folder of [root, `${home}/.cargo`, `${home}/.rustup`]) {
    assert.ok(!text.includes(folder), `${folder} stands in a packed file`);
  }
});
