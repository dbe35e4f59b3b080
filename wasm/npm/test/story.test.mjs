/** The story of the chapter (tests/story/chapter.yml), told to the package as it is installed. */

import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { project } from "./installed.mjs";

const tests = new URL("../../../tests/", import.meta.url);
const story = parse(readFileSync(new URL("story/chapter.yml", tests), "utf8"));
const read = (file) => readFileSync(new URL(`manifests/${file}`, tests), "utf8");

// What imports the package has to be where it is installed.
const folder = project({ "cluster.mjs": `export { Cluster } from "svcscope";` });
copyFileSync(new URL("story/play.mjs", tests), join(folder, "play.mjs"));
const { Cluster } = await import(pathToFileURL(join(folder, "cluster.mjs")));
const { play } = await import(pathToFileURL(join(folder, "play.mjs")));
const create = (options) => Cluster.create(options);

for (const scenario of story) {
  test(scenario.scenario, () => play(scenario, create, read));

  if (scenario.reproduces) {
    test(`${scenario.scenario}: the same seed gives the same results, and another one others`, async () => {
      const [once, again, other] = [await play(scenario, create, read), await play(scenario, create, read), await play(scenario, create, read, 1)];
      assert.deepEqual(once, again);
      assert.notDeepEqual(once, other);
    });
  }
}
