import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * The tests of the built site in a real browser, one after the other: they share a machine with few cores. What fails
 * is tried once more, on a page of its own: a machine that is busy elsewhere can be slower than any limit.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: { include: ["*.e2e.ts"], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000, retry: 1 },
});
