/** What a user's compiler sees. */

import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, run, tool } from "./installed.mjs";

const GOOD = `
import { Cluster, ManifestError, StatusError, init, version } from "svcscope";
import type {
  Applied,
  Change,
  EngineSource,
  Finding,
  KubectlResult,
  KubernetesObject,
  Matrix,
  Place,
  SendOutcome,
  SendResult,
  TextEdit,
  Topology,
} from "svcscope";

export async function start(source?: EngineSource): Promise<string> {
  await init(source);
  const text: string = version();
  return text;
}

export async function use(): Promise<void> {
  const cluster: Cluster = await Cluster.create({ seed: 1, startTime: "2026-01-01T00:00:00Z", nodes: 3 });
  const applied: Applied[] = cluster.apply("kind: Service");
  const results: ("created" | "configured" | "unchanged")[] = applied.map(({ result }) => result);
  cluster.advance(5_000);
  cluster.advanceUntilQuiet();
  const endpoints: KubernetesObject | undefined = cluster.get("Endpoints", "hello-svc", "default");
  const labels: Record<string, string> | undefined = endpoints?.metadata.labels;
  const sent: SendResult = cluster.send({ from: "outside", to: "192.168.1.11", port: 30001 });
  const outcome: SendOutcome = sent.outcome;
  const pod: string | undefined = sent.pod;
  const texts: string[] = sent.steps.map((step) => step.text);
  const topology: Topology = cluster.topology();
  const changes: Change[] = cluster.changesSince(cluster.revision).changes;
  const stop: () => void = cluster.watch(({ changes, missed }) => [changes.length, missed]);
  const snapshot = cluster.snapshot();
  cluster.restore(snapshot);
  snapshot.free();
  const { code, headers, body }: { code: number; headers: Record<string, string>; body: string } = cluster.request({ path: "/version" });
  const records: string[] = cluster.resolve({ from: "pod/client", name: "hello-svc", type: "A" }).records.map(({ data }) => data);
  const port: unknown = cluster.expose("deployment", "web", { type: "NodePort", port: 80 }).spec.ports[0].nodePort;
  const findings: Finding[] = [...cluster.findings([{ name: "svc.yml", text: "" }]), ...(cluster.why("web") ?? [])];
  const edits: (TextEdit | undefined)[] = findings.map(({ fix }) => fix?.edit);
  const places: [string, number, number][] = findings.flatMap(({ at }) => (at ? [[at.file, at.line, at.column]] : []));
  const severity: "error" | "warning" | "hint" | undefined = findings[0]?.severity;
  const matrix: Matrix = cluster.matrix({ sources: ["outside"], services: ["web"], times: 2 });
  const rules: string | undefined = cluster.rules({ node: "node-1", mode: "nftables" });
  const { stdout, stderr, code: exit }: KubectlResult = cluster.kubectl(["get", "svc"], { stdin: "", files: [] });
  const answer: Uint8Array | undefined = cluster.dns(new Uint8Array(12));
  console.log(edits, places, severity, matrix, rules, stdout, stderr, exit, answer);
  console.log(results, labels, outcome, pod, texts, topology, changes, stop, code, headers, body, records, port);
}

export function explain(error: unknown): readonly Place[] {
  if (error instanceof ManifestError) return error.places;
  if (error instanceof StatusError) return error.status.code === 422 ? error.places : [];
  return [];
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
