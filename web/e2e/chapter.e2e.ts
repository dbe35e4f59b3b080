/**
 * The story of the chapter, tests/story/chapter.yml, which is also played natively, in Node and to the bare engine in
 * Chrome: here by hand, in the page. hands.ts knows where each command of it is to be found there. Only that scenarios
 * reproduce is left to the others: it is the engine that does.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { at, fits, withWords } from "../../tests/story/play.mjs";
import { type Playground, type Stand, stand } from "./browser.ts";
import { begin, COMMANDS, READ, Refusal, type Step, settleIn } from "./hands.ts";
import { tap } from "./worker.ts";

interface Scenario {
  readonly scenario: string;
  readonly cluster: { readonly seed: number };
  readonly steps: readonly Step[];
}

const tests = new URL("../../tests/", import.meta.url);
const story = parse(readFileSync(new URL("story/chapter.yml", tests), "utf8")) as readonly Scenario[];
const read = (file: string): string => readFileSync(new URL(`manifests/${file}`, tests), "utf8");

let theStand: Stand;
/** One page for all scenarios; after one that fails, another one. */
let page: Playground | undefined;
beforeAll(async () => {
  theStand = await stand();
});
afterAll(async () => {
  await page?.close();
  await theStand.close();
});

describe("in the page, by hand", () => {
  it("the story has scenarios", () => expect(story.length).toBeGreaterThan(5));

  it.each(story.map((scenario) => [scenario.scenario, scenario] as const))("%s", async (_, scenario) => {
    const p = page ?? (await theStand.open({}, "", tap));
    if (!page) await settleIn(p);
    page = undefined;
    await begin(p, scenario.cluster);
    await play(p, scenario);
    page = p;
  });
});

/** Every step of a scenario, one after the other. */
async function play(p: Playground, { steps }: Scenario): Promise<void> {
  const words = new Map<string, string>();
  let heading = "";
  for (const [i, plain] of steps.entries()) {
    if (plain["say"] !== undefined) {
      heading = String(plain["say"]);
      continue;
    }
    const step = withWords(plain, words);
    const where = `${heading}\n  step ${i}: ${JSON.stringify(step)}`;
    const name = Object.keys(COMMANDS).find((command) => command in step);
    const command = name === undefined ? undefined : COMMANDS[name];
    if (name === undefined || !command) throw new Error(`${where}: there is no such command`);
    const run = () => resultOf(step, () => command(p, step[name] as never, step, read), where);
    let result: unknown;
    const check = (found: unknown) => {
      result = found;
      for (const [path, expected] of Object.entries(step.fails ?? step.is ?? {})) {
        const value = at(found, path);
        const what = `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(value)}`;
        if (!fits(value, expected)) throw new Error(`${where}\n  ${what}`);
      }
    };
    if (READ.has(name)) await p.until(run, check);
    else check(await run());
    for (const [word, path] of Object.entries(step.save ?? {})) words.set(word, String(at(result, path)));
  }
}

/** What a command comes to; of one that is to be refused, the words against it. */
async function resultOf(step: Step, command: () => Promise<unknown>, where: string): Promise<unknown> {
  try {
    const result = await command();
    if (step.fails) throw new Error(`${where}\n  it is not refused`);
    return result;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!step.fails) throw new Error(`${where}\n  ${error.message}`);
    return error.status;
  }
}
