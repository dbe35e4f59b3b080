import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Figures of the built site in a real browser: to read, not tests to pass. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["*.bench.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    reporters: ["dot"],
    silent: false,
  },
});
