import { UsageError, type Command } from "./command.js";
import { CLUSTER_OPTIONS, SETTLES_MS, filledCluster } from "./new-cluster.js";

/** `svcscope dns`: what a name stands for. Exit code 0 only if there is an answer. */
export const dnsCommand: Command = {
  summary: "say what a name stands for, there where it is asked",
  usage: "[-f FILE…] [--from pod/[NAMESPACE/]NAME] [--steps] [--json] NAME [TYPE]   A if no type is given",
  options: {
    ...CLUSTER_OPTIONS,
    from: { type: "string" },
    steps: { type: "boolean" },
    json: { type: "boolean" },
  },
  async run({ options, operands }) {
    const [name, type = "A"] = operands;
    if (name === undefined || operands.length > 2) throw new UsageError("dns takes NAME and TYPE");
    const cluster = await filledCluster(options);
    if (cluster === undefined) return 1;
    cluster.advanceUntilQuiet(SETTLES_MS);
    // A node asks the cluster's DNS server only for what its pods ask: so that names are known, somebody inside asks.
    const from = typeof options["from"] === "string" ? options["from"] : inside(cluster.list("pods"));
    const found = cluster.resolve({ ...(from !== undefined && { from }), name, type: type.toUpperCase() });
    if (options["json"] === true) {
      console.log(JSON.stringify(found, null, 2));
    } else {
      if (options["steps"] === true) for (const { text } of found.steps) console.log(text);
      for (const { name: owner, ttl, type: kind, data } of found.records) console.log(`${owner} ${ttl} IN ${kind} ${data}`);
      if (found.error !== undefined) console.error(`${name}: ${found.error}`);
    }
    return found.error === undefined ? 0 : 1;
  },
};

/** A pod that runs: one of the user's rather than one of the system's. */
function inside(pods: readonly { metadata: { namespace?: string; name: string }; status?: { phase?: string } }[]): string | undefined {
  const running = pods.filter(({ status }) => status?.phase === "Running");
  const chosen = running.find(({ metadata }) => metadata.namespace !== "kube-system") ?? running[0];
  return chosen && `pod/${chosen.metadata.namespace ?? "default"}/${chosen.metadata.name}`;
}
