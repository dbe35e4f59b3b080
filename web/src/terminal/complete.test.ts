import { describe, expect, it } from "vitest";
import { candidates, common, type Known } from "./complete.ts";
import { split } from "./words.ts";

/** A cluster with three pods, and two files in the editor. */
const known: Known = {
  files: ["deploy.yml", "svc.yml"],
  async look(args) {
    const line = args.join(" ");
    if (line === "api-resources -o name") return "pods\nservices\ndeployments.apps\n";
    if (line === "get pods -o name") return "pod/web-1\npod/web-2\npod/api-1\n";
    if (line === "get namespaces -o name") return "namespace/default\nnamespace/prod\n";
    if (line === "get services -o name -n prod") return "service/backend\n";
    if (line === "get nodes -o name") return "node/node-1\nnode/node-2\n";
    return "";
  },
};

const of = (line: string): Promise<string[]> => {
  const answer = split(line);
  return "problem" in answer ? Promise.resolve([]) : candidates(answer.words, answer.last, known);
};

describe("what may come next", () => {
  it.each([
    ["kub", ["kubectl"]],
    ["cl", ["clear"]],
    ["kubectl ro", ["rollout"]],
    ["kubectl get ", ["deployments", "pods", "services"]],
    ["kubectl get po", ["pods"]],
    ["kubectl get pods w", ["web-1", "web-2"]],
    ["kubectl delete pods web-1 ", ["api-1", "web-2"]],
    ["kubectl describe pods/a", ["pods/api-1"]],
    ["kubectl get services -n prod ", ["backend"]],
    ["kubectl --bad ", []],
    ["kubectl get pods -n p", ["prod"]],
    ["kubectl get pods --namespace=d", ["--namespace=default"]],
    ["kubectl apply -f ", ["deploy.yml", "svc.yml"]],
    ["kubectl apply --filename=s", ["--filename=svc.yml"]],
    ["kubectl get pods --show", ["--show-labels"]],
    ["kubectl get pods -o y", ["yaml"]],
    ["kubectl rollout re", ["restart", "resume"]],
    ["kubectl rollout restart d", ["daemonset", "deployment"]],
    ["kubectl cordon node-", ["node-1", "node-2"]],
    ["kubectl expose deployment a --type=N", ["--type=NodePort"]],
    ["kubectl patch pods web-1 --type=", ["--type=json", "--type=merge", "--type=strategic"]],
    ["cat d", ["deploy.yml"]],
    ["make me", []],
  ])("%s", async (line, words) => {
    expect(await of(line)).toEqual(words);
  });

  it("has the same beginning", () => {
    expect(common(["web-1", "web-2"])).toBe("web-");
    expect(common(["a"])).toBe("a");
    expect(common([])).toBe("");
  });
});
