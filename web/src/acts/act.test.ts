import { describe, expect, it } from "vitest";
import { type Act, commandOf, labelsOf } from "./act.ts";

const web = { kind: "Deployment", namespace: "default", name: "web" };
const pod = { kind: "Pod", namespace: "shop", name: "web-1" };
const node = { kind: "Node", namespace: "", name: "node-1" };
const service = { kind: "Service", namespace: "default", name: "web" };

describe("an act is the command", () => {
  const cases: readonly (readonly [Act, string])[] = [
    [{ act: "delete", of: pod }, "kubectl delete pod web-1 -n shop"],
    [{ act: "cordon", of: node }, "kubectl cordon node-1"],
    [{ act: "drain", of: node }, "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data"],
    [{ act: "scale", of: web, replicas: 5 }, "kubectl scale deployment/web --replicas=5"],
    [{ act: "image", of: web, container: "c", image: "a/b:2" }, "kubectl set image deployment/web c=a/b:2"],
    [{ act: "restart", of: web }, "kubectl rollout restart deployment/web"],
    [{ act: "roll back", of: web }, "kubectl rollout undo deployment/web"],
    [
      { act: "selector", of: service, selector: { app: "web", version: "4.2" } },
      "kubectl set selector service web app=web,version=4.2",
    ],
    [{ act: "label", of: pod, key: "app", value: "x" }, "kubectl label pod web-1 app=x --overwrite -n shop"],
    [{ act: "label", of: pod, key: "app", value: null }, "kubectl label pod web-1 app- -n shop"],
    [
      { act: "spec", of: service, spec: { type: "NodePort" } },
      `kubectl patch service web -p '{"spec":{"type":"NodePort"}}'`,
    ],
    [
      { act: "patch", of: service, operations: [{ op: "remove", path: "/spec/it's" }] },
      `kubectl patch service web --type=json -p '[{"op":"remove","path":"/spec/it'\\''s"}]'`,
    ],
  ];
  it.each(cases)("%j", (act, command) => {
    expect(commandOf(act)).toBe(command);
  });
});

describe("labels as text", () => {
  it.each([
    ["app=web", { app: "web" }],
    [" app=web , tier= ", { app: "web", tier: "" }],
    ["", {}],
    ["app", null],
    ["=web", null],
    ["a=b=c", null],
  ])("%j", (text, labels) => {
    expect(labelsOf(text)).toEqual(labels);
  });
});
