/** Where in the rules of a node a packet was: from the rule that knows its destination to the one that replaces it. */
import type { SendResult } from "svcscope";

type Mode = "nftables" | "iptables";

/** The lines, counted from 0, that packets have hit on a node. */
export function hitsOf(text: string, node: string, mode: Mode, traces: readonly SendResult[]): number[] {
  const lines = text.split("\n");
  const hits = new Set<number>();
  for (const { steps } of traces) {
    for (const { node: on, flow } of steps) {
      const [before, after] = [destination(flow?.before), destination(flow?.after)];
      if (on !== node || !before || !after || before.socket === after.socket) continue;
      const way = mode === "nftables" ? nftables(lines, before, after) : iptables(lines, before, after);
      for (const line of way) hits.add(line);
    }
  }
  return [...hits].sort((a, b) => a - b);
}

interface Destination {
  readonly socket: string;
  readonly address: string;
  readonly port: string;
  readonly protocol: string;
}

/** Of `10.244.1.9 -> 10.96.0.20:80/TCP` what comes after the arrow. */
function destination(flow: string | undefined): Destination | null {
  const found = /-> ((\[?)([^\]]+?)\]?:(\d+))\/(\w+)$/.exec(flow ?? "");
  if (!found) return null;
  const [, socket = "", , address = "", port = "", protocol = ""] = found;
  return { socket, address, port, protocol: protocol.toLowerCase() };
}

/** The lines that have all the words. */
const having = (lines: readonly string[], ...words: readonly string[]): number[] =>
  lines.flatMap((line, i) => (words.every((word) => line.includes(word)) ? [i] : []));

/** The element that knows the destination, and from there what leads on to the translation. */
function nftables(lines: readonly string[], before: Destination, after: Destination): number[] {
  const { address, port, protocol } = before;
  const entry = [
    ...having(lines, `${address} . ${protocol} . ${port} :`),
    ...having(lines, ` ${protocol} . ${port} : goto external`),
  ];
  const wanted = [`to ${after.socket}`, `: ${after.address} . ${after.port}`];
  const way: number[] = [];
  let names = entry.flatMap((i) => gotos(lines[i] ?? "", ` ${port} : goto `));
  // From the external chain to the Service's, and with affinity to the endpoint's.
  for (let jumps = 0; jumps < 3 && names.length > 0; jumps++) {
    const inside = names.flatMap((name) => blockOf(lines, name));
    const on = inside.filter((i) => {
      const line = lines[i] ?? "";
      return line.includes("goto ") || (line.includes("dnat") && wanted.some((text) => line.includes(text)));
    });
    way.push(...on);
    names = on.flatMap((i) => gotos(lines[i] ?? "", "goto "));
  }
  return [...entry, ...way];
}

/** Where the line leads: the names that stand behind some words. */
const gotos = (line: string, words: string): string[] =>
  line
    .split(words)
    .slice(1)
    .map((rest) => rest.split(/[\s,]/)[0] ?? "");

/** The lines of a chain. */
function blockOf(lines: readonly string[], chain: string): number[] {
  const from = lines.findIndex((line) => line.trim() === `chain ${chain} {`);
  if (from < 0) return [];
  const length = lines.slice(from).findIndex((line) => line.trim() === "}");
  return Array.from({ length: Math.max(0, length - 1) }, (_, i) => from + 1 + i);
}

/** From chain to chain, as the jumps go. */
function iptables(lines: readonly string[], before: Destination, after: Destination): number[] {
  const entry = [
    ...having(lines, `-d ${before.address}/`, `--dport ${before.port}`),
    // A node port is open at all addresses; that of the loopback has a rule of its own.
    ...having(lines, "-A KUBE-NODEPORTS", `--dport ${before.port} `).filter(
      (i) => !lines[i]?.includes(" -d "),
    ),
  ];
  const end = having(lines, `--to-destination ${after.socket}`);
  const ends = end.flatMap((i) => /^-A (\S+)/.exec(lines[i] ?? "")?.[1] ?? []);
  const way: number[] = [];
  let chains = entry.flatMap((i) => jumpOf(lines[i]));
  // There are three jumps at most: to the external chain, to the Service's, to the endpoint's.
  for (let jumps = 0; jumps < 3; jumps++) {
    const rules = chains.flatMap((chain) => having(lines, `-A ${chain} `));
    const on = rules.filter((i) => jumpOf(lines[i]).some((to) => ends.includes(to) || /^KUBE-SV/.test(to)));
    way.push(...on);
    chains = on.flatMap((i) => jumpOf(lines[i]));
  }
  return [...entry, ...way, ...end];
}

const jumpOf = (line: string | undefined): string[] => /-j (KUBE-\S+)/.exec(line ?? "")?.slice(1) ?? [];
