import { describe, expect, it } from "vitest";
import { reportOf } from "./report.ts";

describe("a report", () => {
  it("says what happened, and keeps the manifests to itself", () => {
    const report = reportOf({
      version: "0.1.0",
      message: "unreachable",
      stack: "at wasm",
      time: new Date(0),
      browser: "B",
      view: "360×740, dark",
      example: "own",
      files: [{ name: "a.yml", text: "password: secret\n" }],
      asked: ["start 3 ms", "apply …"],
    });
    expect(report).toContain("- what: unreachable\n- when: 1970-01-01T00:00:00.000Z\n");
    expect(report).toContain("a.yml (2 lines, 17 characters)");
    expect(report).toContain("start 3 ms, apply …");
    expect(report).not.toContain("secret");
  });
});
