/**
 * svcscope beside `@ngrok/webernetes`, in one run: `node rival.mjs FOLDER_OF_THE_PACKAGE SITE`.
 *
 * The rival runs in real time, with the waits it puts in on purpose; svcscope moves simulated time as fast as it can
 * compute. Both are asked the same: how long does a person wait until N endpoints of a Service are ready?
 */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";

const [folder] = process.argv.slice(2);
/** Pods behind the Service. */
const SIZES = [10, 100, 500, 2000];
/** One that takes longer is not waited for. */
const PATIENCE_MS = 90_000;
/** The median of so many runs of what is quick. */
const RUNS = 5;
const REQUESTS = 2000;

const manifest = (replicas) => [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "web:1.0", ports: [{ containerPort: 8080 }] }] },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080, nodePort: 31000 }] },
  },
];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const shown = (ms) => (ms === undefined ? `> ${PATIENCE_MS / 1000} s` : ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : `${ms.toFixed(1)} ms`);

const rows = [];
const row = (what, ours, theirs) => {
  const ratio = theirs === undefined ? PATIENCE_MS / ours : theirs / ours;
  rows.push([what, shown(ours), shown(theirs), `${theirs === undefined ? "> " : ""}${ratio.toFixed(1)} ×`]);
};

const rival = await theirs();
const { Cluster, init } = await import(pathToFileURL(join(folder, "index.js")));
const start = performance.now();
await init();
const loaded = performance.now() - start;

const boots = await series(RUNS, async () => (await Cluster.create({ nodes: 3 })).free());
row("boot (svcscope: and load once " + loaded.toFixed(0) + " ms)", median(boots), median(await series(RUNS, rival.boot)));
for (const size of SIZES) {
  const runs = await series(size > 500 ? 1 : RUNS, () => ours(size));
  const answer = await rival.ready(size);
  row(`${size} endpoints ready`, median(runs), answer.ready);
  if (size === 100) row("one request through the node port", await request(size), answer.request);
}

console.log(["", "svcscope", "webernetes", "ratio"].map((c, i) => c.padEnd(i ? 14 : 44)).join(""));
for (const cells of rows) console.log(cells.map((c, i) => c.padEnd(i ? 14 : 44)).join(""));
const bytes = ["wasm/svcscope_bg.wasm", "wasm/svcscope.js", "index.js", "cluster.js", "engine.js", "errors.js"];
const own = Buffer.concat(bytes.map((name) => readFileSync(join(folder, name))));
const size = (code) => `gzip ${(gzipSync(code, { level: 9 }).length / 1000).toFixed(0)} kB, brotli ${(brotliCompressSync(code).length / 1000).toFixed(0)} kB`;
console.log(`bundle: svcscope ${size(own)}; webernetes ${size(rival.code)}`);
process.exit(0);

async function series(count, run) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

async function ours(size) {
  const cluster = await ready(size);
  cluster.free();
}

async function ready(size) {
  // As many nodes as a real cluster would need: 110 pods fit on one.
  const cluster = await Cluster.create({ nodes: Math.max(3, Math.ceil(size / 100)) });
  cluster.apply(manifest(size).map((o) => JSON.stringify(o)).join("\n---\n"));
  cluster.advanceUntilQuiet();
  const slices = cluster.list("EndpointSlice").filter((s) => s.metadata.labels?.["kubernetes.io/service-name"] === "web");
  const count = slices.flatMap((s) => s.endpoints ?? []).filter((e) => e.conditions?.ready).length;
  if (count !== size) throw new Error(`${count} of ${size} endpoints are ready`);
  return cluster;
}

async function request(size) {
  const cluster = await ready(size);
  const node = cluster.topology().nodes.at(-1);
  const once = { from: "outside", to: node.address, port: 31000 };
  if (cluster.send(once).outcome !== "answered") throw new Error(cluster.send(once).summary);
  const start = performance.now();
  cluster.sendMany(once, REQUESTS);
  return (performance.now() - start) / REQUESTS;
}

/** The rival, bundled as its users do it: its files name each other without their endings. */
async function theirs() {
  const file = join(tmpdir(), `svcscope-rival-${process.pid}.mjs`);
  const bundle = await rolldown({ input: "@ngrok/webernetes", cwd: import.meta.dirname, platform: "node", logLevel: "silent" });
  const { output } = await bundle.write({ file, minify: true });
  const { Cluster, BaseImage } = await import(pathToFileURL(file));
  class Web extends BaseImage {
    static imageName = "web";
    static imageVersion = "1.0";
    defaultCommand = ["server"];
    async exec(context, argv) {
      if (argv[0] !== "server") return super.exec(context, argv);
      context.listenHttp(8080, async () => ({ statusCode: 200, body: "hello" }));
      return context.waitUntilKilled();
    }
  }
  const begin = async (nodes) => {
    const cluster = new Cluster({ nodes });
    cluster.registerImage(Web);
    await cluster.init();
    return cluster;
  };
  const ready = async (size) => {
    const cluster = await begin(Math.max(3, Math.ceil(size / 100)));
    const start = performance.now();
    const addresses = new Set();
    const all = new Promise((resolve) => {
      cluster.informer("endpointslices", (_, slice) => {
        if (slice.metadata?.labels?.["kubernetes.io/service-name"] !== "web") return;
        for (const e of slice.endpoints ?? []) if (e.conditions?.ready !== false) addresses.add(e.addresses[0]);
        if (addresses.size >= size) resolve(performance.now() - start);
      });
    });
    await cluster.apply(manifest(size));
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, undefined));
    const took = await Promise.race([all, patience]);
    const once = () => cluster.fetch("http://node-1:31000");
    const request = size === 100 && took !== undefined ? median(await series(20, once)) : undefined;
    await cluster.close();
    return { ready: took, request };
  };
  return { boot: async () => (await begin(3)).close(), ready, code: Buffer.from(output[0].code) };
}
