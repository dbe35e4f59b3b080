import type { PodView, ServiceView } from "svcscope";
import { describe, expect, it } from "vitest";
import { aPod, aService } from "./testing.ts";
import { nearMiss, rowsOf, shortName, tellingLabel } from "./words.ts";

const labels = (text: string) =>
  text.split(" ").flatMap((pair) => {
    const [key = "", value = ""] = pair.split("=");
    return key === "" ? [] : [{ key, value }];
  });

const pod = (text: string): PodView => ({ ...aPod("a", "node-1"), labels: labels(text) });
const selecting = (text: string, more: Partial<ServiceView> = {}): ServiceView => ({
  ...aService("web"),
  selector: labels(text),
  ...more,
});

describe("names", () => {
  it("leave out what a pod shares with its siblings", () => {
    const of = (name: string, owner: string) => shortName({ ...aPod(name, ""), owner });
    expect(of("web-5d9c-x7k2p", "ReplicaSet/web-5d9c")).toBe("x7k2p");
    expect(of("db-0", "StatefulSet/db")).toBe("0");
    expect(of("alone", "")).toBe("alone");
    expect(of("webby", "ReplicaSet/web")).toBe("webby");
  });
});

describe("a Service's card", () => {
  const port = { name: "", protocol: "TCP", port: 80, targetPort: "http", nodePort: 0 };
  it.each<[string, Partial<ServiceView>, string]>([
    ["cluster IP", { ports: [port] }, "IP 10.96.0.93, port 80 → http"],
    [
      "node port",
      { ports: [{ ...port, nodePort: 30001 }] },
      "IP 10.96.0.93, port 80 → http, node port 30001",
    ],
    ["UDP", { ports: [{ ...port, protocol: "UDP" }] }, "IP 10.96.0.93, port 80 → http UDP"],
    ["headless", { clusterIPs: ["None"], ports: [] }, "IP headless"],
    ["waiting for its load balancer", { pending: true, ports: [] }, "IP 10.96.0.93, external <pending>"],
    ["another name", { type: "ExternalName", externalName: "db.example.com" }, "name db.example.com"],
  ])("says what one with a %s is", (_, more, rows) => {
    expect(
      rowsOf({ ...aService("web"), ...more })
        .map((row) => row.join(" "))
        .join(", "),
    ).toBe(rows);
  });
});

describe("a near miss", () => {
  it.each([
    ["is the one label that differs", "zone=prod version=2", "zone=prod version=1", "version: 1 ≠ 2"],
    ["is the one label that is missing", "zone=prod version=2", "zone=prod", "no label version"],
    ["is none if the pod is selected", "zone=prod", "zone=prod version=1", null],
    ["is none if more differs", "zone=prod version=2", "zone=dev version=1", null],
    ["is the only label, if its value is another", "app=web", "app=wbe", "app: wbe ≠ web"],
    ["is none if the pod has nothing of the only label", "app=web", "zone=prod", null],
    ["is none if nothing is selected by labels", "", "app=web", null],
  ])("%s", (_, selector, has, reason) => {
    expect(nearMiss(selecting(selector), pod(has))).toBe(reason);
  });

  it("is of no interest where a Service with a single label has endpoints", () => {
    const endpoints = [
      { address: "10.244.1.2", pod: "default/b", ready: true, serving: true, terminating: false },
    ];
    expect(nearMiss(selecting("app=web", { endpoints }), pod("app=other"))).toBeNull();
  });
});

describe("the label that tells pods apart", () => {
  it("is one that has several values and is not a controller's own", () => {
    expect(
      tellingLabel([
        pod("topology.kubernetes.io/zone=a app=a version=1 pod-template-hash=x"),
        pod("topology.kubernetes.io/zone=b app=a version=2 pod-template-hash=y"),
      ]),
    ).toBe("version");
    expect(tellingLabel([pod("app=a"), pod("app=a")])).toBe("");
  });
});
