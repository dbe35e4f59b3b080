import { describe, expect, it } from "vitest";
import type { Burst } from "../engine/protocol.ts";
import { isGood, verdictOf } from "./verdict.ts";

const burst = (
  sent: number,
  outcomes: Record<string, number>,
  byPod: Record<string, number> = {},
): Burst => ({
  sent,
  outcomes,
  byPod,
  byClient: {},
  findings: [],
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
