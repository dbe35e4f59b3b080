/** What is shipped: how big it is, and what it allows itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SITE } from "./site.ts";

const html = readFileSync(join(SITE, "index.html"), "utf8");
const assets = readdirSync(join(SITE, "assets"));
const gzipped = (name: string) => gzipSync(readFileSync(join(SITE, "assets", name))).length;

describe("the site", () => {
  it("needs 60 kB at most before the editor comes", () => {
    const first = assets.filter((name) => html.includes(name) || name.startsWith("worker"));
    expect(first.length).toBeGreaterThanOrEqual(3);
    expect(first.reduce((sum, name) => sum + gzipped(name), 0)).toBeLessThanOrEqual(60 * 1024);
  });

  it("does not fetch the editor first", () => {
    const editor = assets.filter((name) => name.startsWith("setup"));
    expect(editor.length).toBe(1);
    expect(html).not.toContain(editor[0]);
  });

  it("names its own files relatively, so that any host and any path will do", () => {
    const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThanOrEqual(3);
    expect(links.filter((link) => !link?.startsWith("./"))).toEqual([]);
  });

  it("has a strict policy, and no script that it would forbid", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    expect([...html.matchAll(/<script(?![^>]*\bsrc=)/g)]).toEqual([]);
    expect([...html.matchAll(/\son\w+=/g)]).toEqual([]);
  });
});
