/** Where in the rules of a node a packet was: the lines that name what its trace says. */
import type { SendResult } from "svcscope";

/** The lines, counted from 0, that packets have hit on a node. */
export function hitsOf(
  text: string,
  node: string,
  mode: "nftables" | "iptables",
  traces: readonly SendResult[],
): number[] {
  const wanted = traces.flatMap((trace) => markers(trace, node, mode));
  const lines = text.split("\n");
  const hits = new Set<number>();
  for (const { words, without } of wanted) {
    lines.forEach((line, i) => {
      if (words.every((word) => line.includes(word)) && !(without && line.includes(without))) hits.add(i);
    });
  }
  return [...hits].sort((a, b) => a - b);
}

/** What a line has in it that a packet hit, and what not. */
interface Marker {
  readonly words: readonly string[];
  readonly without?: string;
}

/** What a line has to have in it: the rule that takes the packet by its destination, and the one that replaces it. */
function markers({ steps }: SendResult, node: string, mode: "nftables" | "iptables"): Marker[] {
  return steps.flatMap((step) => {
    if (step.node !== node || !step.flow || step.flow.before === step.flow.after) return [];
    const before = destination(step.flow.before);
    const after = destination(step.flow.after);
    if (!before || !after || before.socket === after.socket) return [];
    const protocol = before.protocol.toLowerCase();
    return mode === "nftables"
      ? [
          { words: [`${before.address} . ${protocol} . ${before.port} :`] },
          { words: [` ${protocol} . ${before.port} : goto external`] },
          { words: [`dnat`, `to ${after.socket}`] },
        ]
      : [
          { words: [`-d ${before.address}/`, `--dport ${before.port}`] },
          // The rule before it only counts what comes to the node's own loopback address.
          { words: [`KUBE-NODEPORTS`, `--dport ${before.port} `], without: "-d 127.0.0.0/8" },
          { words: [`--to-destination ${after.socket}`] },
        ];
  });
}

/** Of `10.244.1.9 -> 10.96.0.20:80/TCP` what comes after the arrow. */
function destination(flow: string) {
  const found = /-> ((\[?)([^\]]+?)\]?:(\d+))\/(\w+)$/.exec(flow);
  if (!found) return null;
  const [, socket = "", , address = "", port = "", protocol = ""] = found;
  return { socket, address, port, protocol };
}
