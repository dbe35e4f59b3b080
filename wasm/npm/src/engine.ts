/** The engine: a WebAssembly module that is loaded once, however many ask for it. */

import start, * as engine from "./wasm/svcscope.js";

/** Where the engine's module comes from, for those who keep it elsewhere than beside this package. */
export type EngineSource = URL | Response | BufferSource | WebAssembly.Module;

let loading: Promise<void> | undefined;
let loaded = false;

/**
 * Loads the engine. `Cluster.create()` does so by itself; call this to do it earlier, or from another source.
 *
 * The first call decides the source; later ones wait for the same module. After a failure the next call tries again.
 */
export function init(source?: EngineSource | Promise<EngineSource>): Promise<void> {
  loading ??= load(source).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The version of svcscope. The engine has to be loaded. */
export function version(): string {
  if (!loaded) throw new Error("the engine is not loaded: await init() first");
  return engine.version();
}

async function load(source?: EngineSource | Promise<EngineSource>): Promise<void> {
  // Bundlers know this form: they emit the file and put its address here.
  const given = (await source) ?? new URL("./wasm/svcscope_bg.wasm", import.meta.url);
  await start({ module_or_path: given instanceof URL ? await read(given) : given });
  loaded = true;
}

async function read(url: URL): Promise<Response | BufferSource> {
  if (url.protocol === "file:") return readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the engine could not be loaded: ${url.href} answers ${response.status}`);
  return response;
}

/** Node cannot fetch files. Bundlers for browsers must not look for its modules, so they are not shown the name. */
async function readFile(url: URL): Promise<BufferSource> {
  const name = "node:fs/promises";
  const fs = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as typeof import("node:fs/promises");
  return fs.readFile(url);
}
