import { describe, expect, it } from "vitest";
import { embeddingOf, iframe, searchOf } from "./embed.ts";

describe("an embedded page", () => {
  it.each([
    ["", null],
    ["?theme=dark", null],
    ["?show=topology", { parts: ["topology"], theme: null }],
    ["?show=traffic,topology&theme=dark", { parts: ["topology", "traffic"], theme: "dark" }],
    ["?show=everything&theme=pink", { parts: ["topology"], theme: null }],
  ])("%s", (search, wanted) => {
    expect(embeddingOf(search)).toEqual(wanted);
  });

  it("is asked for as it is read", () => {
    const wanted = { parts: ["manifest", "topology"], theme: "light" } as const;
    expect(embeddingOf(searchOf(wanted))).toEqual(wanted);
  });

  it("cannot leave its attribute", () => {
    expect(iframe('x"><script>', "a")).toContain('src="x&quot;>&lt;script>"');
  });
});
