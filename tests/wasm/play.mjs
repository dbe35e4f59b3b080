/**
 * Plays recorded sessions against the engine as WebAssembly, and prints a line for each case:
 * `node play.mjs MODULE FOLDER [SEED]`.
 */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

const [path, folder, seed = "1"] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));

for (const file of filesOf(folder)) play(basename(file, ".json"), readFileSync(file));

/** All `.json` files of a folder, in the order in which the native runner takes them. */
function filesOf(folder) {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .sort()
    .flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : path.endsWith(".json") ? [path] : []));
}

function play(family, text) {
  let cases = opened(family, text);
  const count = cases.count;
  for (let i = 0; i < count; i++) {
    try {
      cases.engine.case_play(i);
      console.log(said(cases.engine));
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      // What has broken off is in no state to go on with.
      console.log(`broken ${"0".repeat(16)} ${family}/${JSON.parse(text).cases[i].name}: ${error.message}`);
      cases = opened(family, text);
    }
  }
}

function opened(family, text) {
  const { exports: engine } = new WebAssembly.Instance(module, {});
  const name = Buffer.from(family);
  const at = engine.case_room(name.length + text.length);
  const room = new Uint8Array(engine.memory.buffer, at, name.length + text.length);
  room.set(name);
  room.set(text, name.length);
  const count = engine.case_open(name.length, Number(seed));
  if (count < 0) throw new Error(`${family}: ${said(engine)}`);
  return { engine, count };
}

function said(engine) {
  return new TextDecoder().decode(new Uint8Array(engine.memory.buffer, engine.case_said(), engine.case_said_length()));
}
