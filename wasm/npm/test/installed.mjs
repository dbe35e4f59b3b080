/** The package as a user gets it: the tarball, installed in an empty folder. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after } from "node:test";

const out = fileURLToPath(new URL("../../../target/npm/", import.meta.url));

/** The tarball that `cargo xtask pack` has left. */
export const tarball = process.env.SVCSCOPE_TARBALL ?? join(out, readdirSync(out).find((name) => name.endsWith(".tgz")));

/** A program of the devDependencies. */
export const tool = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** A new folder that holds `files` and, installed, the package; gone after the tests. */
export function project(files = {}) {
  const folder = mkdtempSync(join(tmpdir(), "svcscope-"));
  after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries({ "package.json": '{ "private": true, "type": "module" }', ...files })) {
    writeFileSync(join(folder, name), text);
  }
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", tarball], { cwd: folder, stdio: "pipe" });
  return folder;
}

/** Runs a program in `folder`: its exit code and what it has written. */
export function run(folder, program, ...args) {
  try {
    return { code: 0, stdout: execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: "pipe" }), stderr: "" };
  } catch (error) {
    if (typeof error.status !== "number") throw error;
    return { code: error.status, stdout: error.stdout, stderr: error.stderr };
  }
}
