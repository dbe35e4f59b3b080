import type { SendResult } from "svcscope";
import { Cluster, init } from "svcscope";
import { beforeAll, describe, expect, it } from "vitest";
import { hitsOf } from "./rules.ts";

const manifest = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;

let cluster: Cluster;
let trace: SendResult;

beforeAll(async () => {
  await init();
  cluster = await Cluster.create({ seed: 1, nodes: 2 });
  cluster.apply(manifest);
  cluster.advance(20_000);
  trace = cluster.send({ from: "outside", to: "192.168.1.11", port: 30080 });
});

const hit = (mode: "nftables" | "iptables", node: string): string[] => {
  const text = cluster.rules({ node, mode }) ?? "";
  const lines = text.split("\n");
  return hitsOf(text, node, mode, [trace]).map((i) => lines[i]?.trim() ?? "");
};

describe("the rules that a packet hit", () => {
  it("in iptables are those from chain to chain", () => {
    expect(trace.outcome).toBe("answered");
    const lines = hit("iptables", "node-1");
    const chains = lines.map((line) => /^-A (KUBE-[A-Z]+)/.exec(line)?.[1]);
    expect(chains).toEqual(["KUBE-EXT", "KUBE-NODEPORTS", "KUBE-SEP", "KUBE-SVC"]);
    expect(lines[1]).toContain("--dport 30080");
    expect(lines[2]).toContain("--to-destination 10.244.");
  });

  it("in nftables are the port's element, the jump and the translation", () => {
    const [element = "", jump = "", translation = ""] = hit("nftables", "node-1");
    expect(element).toContain("30080 : goto external-");
    expect(jump).toMatch(/goto service-\w+-default\/web\/tcp/);
    expect(translation).toMatch(/dnat .*10\.244\.\d\.\d/);
  });

  it("are none on a node that it did not meet", () => {
    expect(hit("iptables", "node-2")).toEqual([]);
  });
});
