/** A browser for the file that imports this, and a page of its own for each test in it: importing it is all it takes. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Playground, type Stand, stand } from "./browser.ts";

export let theStand: Stand;
/** The page of the test that runs. */
export let p: Playground;

beforeAll(async () => {
  theStand = await stand();
});
afterAll(() => theStand.close());
beforeEach(async () => {
  p = await theStand.open();
});
afterEach(() => p.close());
