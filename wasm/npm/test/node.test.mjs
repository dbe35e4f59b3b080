/** In Node: modules, workers, other sources of the engine. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, run } from "./installed.mjs";

const folder = project({
  "worker.mjs": `
    import { parentPort } from "node:worker_threads";
    import { init, version } from "svcscope";
    await init();
    parentPort.postMessage(version());
  `,
});
const { version } = JSON.parse(readFileSync(join(folder, "node_modules/svcscope/package.json"), "utf8"));

/** Runs `script` as a module in the folder where the package is installed. */
function node(script) {
  writeFileSync(join(folder, "main.mjs"), script);
  const { code, stdout, stderr } = run(folder, process.execPath, "main.mjs");
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

test("a module imports it, and the engine has the package's version", () => {
  assert.equal(node(`import { init, version } from "svcscope"; await init(); console.log(version())`), version);
});

test("the engine is loaded once, however many ask for it", () => {
  const script = `
    import { init } from "svcscope";
    let loads = 0;
    const { instantiate } = WebAssembly;
    // Node instantiates modules of its own; the engine's imports tell it apart.
    WebAssembly.instantiate = (module, imports = {}) => {
      loads += Object.keys(imports).includes("./svcscope_bg.js") ? 1 : 0;
      return instantiate(module, imports);
    };
    await Promise.all([init(), init(), init()]);
    await init();
    console.log(loads);
  `;
  assert.equal(node(script), "1");
});

test("a worker imports it", () => {
  const script = `
    import { Worker } from "node:worker_threads";
    new Worker("./worker.mjs").on("message", (message) => console.log(message));
  `;
  assert.equal(node(script), version);
});

test("CommonJS imports it", () => {
  const script = `import("svcscope").then(async ({ init, version }) => { await init(); console.log(version()); })`;
  const { stdout, stderr } = run(folder, process.execPath, "--input-type=commonjs", "--eval", script);
  assert.equal(stdout.trim(), version, stderr);
});

test("the engine may come as bytes or as a compiled module", () => {
  const script = (source) => `
    import { readFileSync } from "node:fs";
    import { init, version } from "svcscope";
    const bytes = readFileSync(new URL(import.meta.resolve("svcscope/svcscope.wasm")));
    await init(${source});
    console.log(version());
  `;
  assert.equal(node(script("bytes")), version);
  assert.equal(node(script("WebAssembly.compile(bytes)")), version);
});

test("a source that is no engine is refused, and the next attempt succeeds", () => {
  const script = `
    import { init, version } from "svcscope";
    const missing = new URL("file:///there/is/no/such.wasm");
    await init(missing).catch((error) => console.log(error.code));
    try { version() } catch (error) { console.log(error.message) }
    await init();
    console.log(version());
  `;
  assert.equal(node(script), `ENOENT\nthe engine is not loaded: await init() first\n${version}`);
});
