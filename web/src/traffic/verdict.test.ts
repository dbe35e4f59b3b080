import type { PodView } from "svcscope";
import { describe, expect, it } from "vitest";
import type { Burst } from "../engine/protocol.ts";
import { aPod, aService } from "../stage/testing.ts";
import { hintOf, isGood, verdictOf } from "./verdict.ts";

const burst = (
  sent: number,
  outcomes: Record<string, number>,
  byPod: Record<string, number> = {},
): Burst => ({
  sent,
  outcomes,
  byPod,
  sample: {
    outcome: Object.keys(outcomes)[0] ?? "",
    summary: "The engine's sentence.",
    steps: [{ text: "", place: { kind: "service", key: "default/web" }, notes: [] }],
  },
});

describe("the verdict", () => {
  it.each([
    ["one request", burst(1, { answered: 1 }, { a: 1 }), "The engine's sentence.", true],
    ["many to one pod", burst(100, { answered: 100 }, { a: 100 }), "100 of 100 answered by 1 pod.", true],
    [
      "many to several pods",
      burst(100, { answered: 99, "timed-out": 1 }, { a: 60, b: 39 }),
      "99 of 100 answered by 2 pods; 1 timed out.",
      false,
    ],
    [
      "none",
      burst(100, { refused: 100 }),
      "None of 100 answered: 100 refused. The engine's sentence.",
      false,
    ],
  ])("on %s", (_, of, sentence, good) => {
    expect(verdictOf(of)).toBe(sentence);
    expect(isGood(of)).toBe(good);
  });
});

describe("the hint", () => {
  const refused = burst(1, { refused: 1 });
  const service = { ...aService("web"), selector: [{ key: "app", value: "web" }] };
  const pod = (app: string): PodView => ({ ...aPod(app, "node-1"), labels: [{ key: "app", value: app }] });
  const endpoint = {
    address: "10.244.1.2",
    pod: "default/a",
    ready: false,
    serving: false,
    terminating: false,
  };

  it("says which label keeps pods from being selected", () => {
    expect(hintOf(refused, [service], [pod("wbe"), pod("wbe")])).toBe(
      "Its selector matches none of 2 pods. Nearest: 2 pods, app: wbe ≠ web.",
    );
    expect(hintOf(refused, [service], [aPod("a", "node-1")])).toBe("Its selector matches none of 1 pod.");
  });

  it("says that none is ready where there are some", () => {
    expect(hintOf(refused, [{ ...service, endpoints: [endpoint] }], [])).toBe(
      "Its selector matches 1 pod, and none is ready.",
    );
  });

  it("says nothing where labels are not the reason", () => {
    expect(hintOf(burst(1, { answered: 1 }), [service], [])).toBe("");
    expect(hintOf(refused, [{ ...service, endpoints: [{ ...endpoint, ready: true }] }], [])).toBe("");
    expect(hintOf(refused, [aService("web")], [])).toBe("");
  });
});
