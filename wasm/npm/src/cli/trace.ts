import { UsageError, type Command } from "./command.js";
import { CLUSTER_OPTIONS, SETTLES_MS, all, filledCluster } from "./new-cluster.js";

/** `svcscope trace`: where a packet goes, and why. Exit code 0 only if it is answered. */
export const traceCommand: Command = {
  summary: "say which way a packet goes, and why",
  usage: "-f FILE… FROM TO:PORT[/PROTOCOL]   FROM: outside, node/NAME or pod/[NAMESPACE/]NAME",
  options: { ...CLUSTER_OPTIONS, json: { type: "boolean" } },
  async run({ options, operands }) {
    const [from, target] = operands;
    if (all(options["filename"]).length === 0) throw new UsageError("must specify -f");
    if (from === undefined || target === undefined || operands.length > 2) throw new UsageError("trace takes FROM and TO:PORT");
    const request = { from, ...parse(target) };
    const cluster = await filledCluster(options);
    if (cluster === undefined) return 1;
    cluster.advanceUntilQuiet(SETTLES_MS);
    const result = cluster.send(request);
    if (options["json"] === true) {
      console.log(JSON.stringify(result, null, 2));
    } else {
      for (const { text } of result.steps) console.log(text);
    }
    return result.outcome === "answered" ? 0 : 1;
  },
};

/** `web:80`, `10.96.0.10:53/UDP`, `[fd00::1]:80` */
function parse(target: string): { to: string; port: number; protocol: string } {
  const found = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+)):(?<port>\d+)(?:\/(?<protocol>\w+))?$/.exec(target)?.groups;
  if (!found) throw new UsageError(`${JSON.stringify(target)} is not TO:PORT or TO:PORT/PROTOCOL`);
  return {
    to: found["v6"] ?? found["name"] ?? "",
    port: Number(found["port"]),
    protocol: (found["protocol"] ?? "TCP").toUpperCase(),
  };
}
