import { describe, expect, it } from "vitest";
import { read } from "./read.ts";

const source = (path: string, text = "a: 1\n", size = text.length) => ({
  path,
  file: { size, text: async () => text },
});
const names = async (...paths: string[]) =>
  (await read(paths.map((path) => source(path)))).files.map((f) => f.name);

describe("what a user hands over", () => {
  it("is read in the order of its names, without the folders that all have in common", async () => {
    expect(await names("app/b/svc.yml", "app/b/10.yaml", "app/b/9.yaml")).toEqual([
      "9.yaml",
      "10.yaml",
      "svc.yml",
    ]);
    expect(await names("app/a/x.yml", "app/b/x.yml")).toEqual(["a/x.yml", "b/x.yml"]);
    expect(await names("x.yml", "x.yml")).toEqual(["2-x.yml", "x.yml"]);
  });

  it("may be one file of any name, of many only manifests", async () => {
    expect(await names("notes.txt")).toEqual(["notes.txt"]);
    expect(await names("README.md", "a.yml", ".git/b.yml", "node_modules/c.json", "d.JSON")).toEqual([
      "a.yml",
      "d.JSON",
    ]);
  });

  it.each([
    [[source("README.md"), source("LICENSE")], "There is no .yml, .yaml or .json file in it."],
    [[source("a.yml", "", 9_000_000)], "These are 8.6 MB. At most 8.0 MB can be opened."],
    [[source("a.bin", "a\u0000b")], "a.bin is no text."],
    [
      Array.from({ length: 501 }, (_, i) => source(`${i}.yml`)),
      "These are 501 files. At most 500 can be opened.",
    ],
  ])("and if it cannot be opened, that is said", async (sources, problem) => {
    expect(await read(sources)).toEqual({ files: [], problem });
  });
});
