import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError, type Command } from "./command.js";
import { ApiServer } from "./api-server.js";
import { DnsServer } from "./dns-server.js";
import { CLUSTER_OPTIONS, filledCluster } from "./new-cluster.js";

/** The port of `kubectl proxy` is 8001, that of a real API server 6443. */
const PORT = 8002;

/** `svcscope serve`: the cluster's API server at a port of this machine, for kubectl and all other clients. */
export const serveCommand: Command = {
  summary: "serve the API of a cluster at 127.0.0.1, for kubectl and other clients",
  usage: "[--port N] [--speed N] [--kubeconfig FILE] [--dns-port N] [--verbose] [-f FILE…]",
  options: {
    ...CLUSTER_OPTIONS,
    port: { type: "string", short: "p", default: String(PORT) },
    speed: { type: "string", default: "1" },
    kubeconfig: { type: "string" },
    "dns-port": { type: "string" },
    verbose: { type: "boolean", short: "v" },
  },
  async run({ options, operands }) {
    if (operands.length > 0) throw new UsageError(`serve takes options only, not ${JSON.stringify(operands[0])}`);
    const port = portOf("port", options["port"]);
    const dnsPort = options["dns-port"] === undefined ? undefined : portOf("dns-port", options["dns-port"]);
    const speed = Number(options["speed"]);
    if (!(speed >= 0 && speed <= 1_000_000)) throw new UsageError(`--speed: ${JSON.stringify(options["speed"])} is no number from 0 to 1000000`);

    const cluster = await filledCluster(options, { startTime: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString() });
    if (cluster === undefined) return 1;

    const api = new ApiServer(cluster, { speed, log: options["verbose"] === true ? (line) => console.error(line) : undefined });
    const dns = dnsPort === undefined ? undefined : new DnsServer(cluster);
    let folder: string | undefined;
    try {
      const address = await api.listen(port);
      const dnsAddress = dnsPort === undefined ? undefined : await dns?.listen(dnsPort);
      folder = options["kubeconfig"] === undefined ? await mkdtemp(join(tmpdir(), "svcscope-")) : undefined;
      const kubeconfig = folder === undefined ? String(options["kubeconfig"]) : join(folder, "kubeconfig");
      await writeFile(kubeconfig, configured(address), { mode: 0o600 });
      console.log(`serving ${address}`);
      if (dnsAddress !== undefined) console.log(`DNS at ${dnsAddress}`);
      console.log(`export KUBECONFIG=${quoted(kubeconfig)}`);
      await interrupted();
      return 0;
    } finally {
      await dns?.close();
      await api.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  },
};

function portOf(name: string, value: unknown): number {
  const port = Number(value);
  if (value === "" || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError(`--${name}: ${JSON.stringify(value)} is no port from 0 to 65535`);
  }
  return port;
}

/** What kubectl needs to know. */
function configured(server: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: svcscope
  cluster:
    server: ${server}
contexts:
- name: svcscope
  context:
    cluster: svcscope
    user: svcscope
users:
- name: svcscope
  user: {}
current-context: svcscope
`;
}

/** As a shell takes it. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replace(/'/g, `'\\''`)}'`);

/** Until somebody asks for an end. Who asks a second time does not wait for it. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
