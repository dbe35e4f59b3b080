import { describe, expect, it } from "vitest";
import { fromHash, type Shared, toHash } from "./link.ts";

const shared: Shared = {
  example: "chapter",
  files: [
    { name: "deploy.yml", text: "kind: Deployment\n# größer als 10 → 12 😀\n".repeat(200) },
    { name: "svc.yml", text: "" },
  ],
  send: { from: "pod/default/a", to: "web", port: 80 },
};

describe("a link", () => {
  it("holds all that was shared, and little more than that", async () => {
    const hash = await toHash(shared);
    expect(hash).toMatch(/^#v1=[A-Za-z0-9_-]+$/);
    expect(hash.length).toBeLessThan(500);
    expect(await fromHash(hash)).toEqual(shared);
  });

  it.each([
    ["nothing", ""],
    ["another anchor", "#figure"],
    ["what is cut off", "#v1=q1YqSy1S"],
    ["what is no base64", "#v1=%%%"],
  ])("holds nothing if it is %s", async (_, hash) => {
    expect(await fromHash(hash)).toBeNull();
  });

  it("holds nothing if it unfolds to more than anybody would send", async () => {
    const text = "a".repeat(20 * 1024 * 1024);
    const hash = await toHash({ ...shared, files: [{ name: "a.yml", text }] });
    expect(hash.length).toBeLessThan(100_000);
    expect(await fromHash(hash)).toBeNull();
  });

  it("holds nothing if somebody has put something else into it", async () => {
    const other = { ...shared, files: [{ name: 1, text: "" }] } as unknown as Shared;
    expect(await fromHash(await toHash(other))).toBeNull();
  });
});
