import { describe, expect, it } from "vitest";
import { split } from "./words.ts";

describe("a command line", () => {
  it.each([
    ["kubectl get pods", ["kubectl", "get", "pods"]],
    ["  kubectl   get\tpods  ", ["kubectl", "get", "pods"]],
    [
      `kubectl get pods -o 'jsonpath={.items[*].metadata.name}'`,
      ["kubectl", "get", "pods", "-o", "jsonpath={.items[*].metadata.name}"],
    ],
    [
      `kubectl patch svc a -p '{"spec":{"type":"NodePort"}}'`,
      ["kubectl", "patch", "svc", "a", "-p", '{"spec":{"type":"NodePort"}}'],
    ],
    [`a "b c"d e\\ f ''`, ["a", "b cd", "e f", ""]],
    [`a "say \\"so\\""`, ["a", 'say "so"']],
    ["kubectl get pods # all of them", ["kubectl", "get", "pods"]],
    ["kubectl label pod a b=c#d", ["kubectl", "label", "pod", "a", "b=c#d"]],
    ["kubectl get pods -l 'app in (a, b)'", ["kubectl", "get", "pods", "-l", "app in (a, b)"]],
    ["", []],
  ])("%s", (line, words) => {
    expect(split(line)).toMatchObject({ words });
  });

  it.each([
    ["kubectl get pods | grep web", /no pipes/],
    ["kubectl get pods > pods.txt", /no redirections/],
    ["kubectl apply -f - <<EOF", /no redirections/],
    ["a && b", /background/],
    ["a; b", /One command/],
    ["echo $(date)", /no substitutions/],
    ["echo 'a", /quotation mark/],
  ])("%s is answered, not run", (line, words) => {
    const answer = split(line);
    expect("problem" in answer && answer.problem).toMatch(words);
  });

  it("keeps foreign signs that are quoted", () => {
    expect(split(`kubectl annotate pod a 'note=a | b > c'`)).toMatchObject({
      words: ["kubectl", "annotate", "pod", "a", "note=a | b > c"],
    });
  });
});
