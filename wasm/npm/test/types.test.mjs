/** What a user's compiler sees. */

import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, run, tool } from "./installed.mjs";

const GOOD = `
import { init, version, type EngineSource } from "svcscope";

export async function start(source?: EngineSource): Promise<string> {
  await init(source);
  const text: string = version();
  return text;
}
`;

const BAD = `
import { version } from "svcscope";

export const number: number = version();
`;

const folder = project({ "good.ts": GOOD, "bad.ts": BAD });
symlinkSync(tool("@types"), join(folder, "node_modules/@types"));
symlinkSync(tool("undici-types"), join(folder, "node_modules/undici-types"));

const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, target: "ES2022" };

function tsc(file, options) {
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files: [file] }));
  return run(folder, process.execPath, tool("typescript/bin/tsc"), "--project", ".");
}

const SETTINGS = [
  ["Node's resolution", { module: "NodeNext", types: [] }],
  ["a bundler's resolution", { module: "ESNext", moduleResolution: "Bundler", types: [] }],
  ["Node's types and no DOM", { module: "NodeNext", lib: ["ES2022"], types: ["node"], skipLibCheck: true }],
];

for (const [name, options] of SETTINGS) {
  test(`a strict consumer compiles with ${name}`, () => {
    const { code, stdout } = tsc("good.ts", options);
    assert.equal(code, 0, stdout);
  });

  test(`a wrong use is an error with ${name}`, () => {
    const { code, stdout } = tsc("bad.ts", options);
    assert.notEqual(code, 0);
    assert.match(stdout, /bad\.ts.*TS2322: Type 'string' is not assignable to type 'number'/);
  });
}
