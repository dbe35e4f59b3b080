import { readFile } from "node:fs/promises";
import { Cluster } from "../index.js";
import { UsageError, type Command } from "./command.js";

/** So long everything has to come up. */
const SETTLES_MS = 10 * 60 * 1000;

/** `svcscope trace`: where a packet goes, and why. Exit code 0 only if it is answered. */
export const traceCommand: Command = {
  summary: "say which way a packet goes, and why",
  usage: "-f FILE… FROM TO:PORT[/PROTOCOL]   FROM: outside, node/NAME or pod/[NAMESPACE/]NAME",
  options: {
    filename: { type: "string", short: "f", multiple: true },
    seed: { type: "string" },
    "load-balancer": { type: "boolean" },
    json: { type: "boolean" },
  },
  async run({ options, operands }) {
    const files = Array.isArray(options["filename"]) ? options["filename"].map(String) : [];
    const [from, target] = operands;
    if (files.length === 0) throw new UsageError("must specify -f");
    if (from === undefined || target === undefined || operands.length > 2) throw new UsageError("trace takes FROM and TO:PORT");
    const seed = options["seed"] === undefined ? 1 : Number(options["seed"]);
    const cluster = await Cluster.create({ seed, loadBalancer: options["load-balancer"] === true });
    for (const file of files) cluster.apply(await readFile(file, "utf8"));
    cluster.advanceUntilQuiet(SETTLES_MS);
    const result = cluster.send({ from, ...parse(target) });
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
