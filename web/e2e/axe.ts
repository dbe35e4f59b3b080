/** What axe finds that keeps people out. The page has to be opened with `bypassCSP`: axe is no part of the site. */
import { createRequire } from "node:module";
import type { Playground } from "./browser.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function barriers(p: Playground): Promise<string[]> {
  await p.page.addScriptTag({ path: AXE }).catch(() => undefined);
  const found = await p.page.evaluate(async () => {
    type Violation = { id: string; impact: string; nodes: { html: string }[] };
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  const grave = found.filter((v) => v.impact === "serious" || v.impact === "critical");
  return grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
}
