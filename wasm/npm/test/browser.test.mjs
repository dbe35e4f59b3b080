/** In a real browser: as it is, in a worker, and through a bundler. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { build } from "vite";
import { project } from "./installed.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

const page = (script) => `<!doctype html><title>waiting</title><script type="module">${script}</script>`;
const SHOW = "await init(); document.title = version();";
const PACKAGE = "/node_modules/svcscope/index.js";

const folder = project({
  "plain.html": page(`import { init, version } from "${PACKAGE}"; ${SHOW}`),
  "mapped.html": `<script type="importmap">{ "imports": { "svcscope": "${PACKAGE}" } }</script>${page(`import { init, version } from "svcscope"; ${SHOW}`)}`,
  "worker.html": page(`new Worker("worker.js", { type: "module" }).onmessage = ({ data }) => { document.title = data; };`),
  "worker.js": `import { init, version } from "${PACKAGE}"; await init(); postMessage(version());`,
  "bundled.html": page(`import { init, version } from "svcscope"; ${SHOW}`),
  "bundled-worker.html": page(
    `new Worker(new URL("./bundled-worker.js", import.meta.url), { type: "module" }).onmessage = ({ data }) => { document.title = data; };`,
  ),
  "bundled-worker.js": `import { init, version } from "svcscope"; await init(); postMessage(version());`,
});
const { version } = JSON.parse(readFileSync(join(folder, "node_modules/svcscope/package.json"), "utf8"));

let browser;
let server;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROME_BIN ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  server = createServer((request, response) => {
    try {
      const body = readFileSync(join(folder, request.url));
      response.writeHead(200, { "content-type": TYPES[extname(request.url)] }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens `path` and waits until its title is the version. */
async function shows(path) {
  const tab = await browser.newPage();
  const errors = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  tab.on("console", (message) => message.type() === "warning" && errors.push(message.text()));
  await tab.goto(`http://127.0.0.1:${server.address().port}${path}`);
  await tab.waitForFunction(() => document.title !== "waiting", null, { timeout: 15_000 }).catch((error) => errors.push(error.message));
  assert.deepEqual(errors, []);
  assert.equal(await tab.title(), version);
  await tab.close();
}

test("a page imports it from a folder of static files", () => shows("/plain.html"));
test("a page imports it by its name with an import map", () => shows("/mapped.html"));
test("a module worker imports it", () => shows("/worker.html"));

test("Vite bundles it, for a page and for a worker, to be served under any path", async () => {
  const warnings = [];
  const logger = { info() {}, clearScreen() {}, hasWarned: false, hasErrorLogged: () => false };
  const warn = (message) => warnings.push(message);
  await build({
    root: folder,
    base: "./",
    configFile: false,
    customLogger: { ...logger, warn, warnOnce: warn, error: warn },
    worker: { format: "es" },
    build: { outDir: "some/path", target: "es2022", rollupOptions: { input: ["bundled.html", "bundled-worker.html"].map((name) => join(folder, name)) } },
  });
  assert.deepEqual(warnings, []);
  await shows("/some/path/bundled.html");
  await shows("/some/path/bundled-worker.html");
});
