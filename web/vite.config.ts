import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";
import { offline } from "./offline.ts";

/** The engine as the npm package has it; `cargo xtask` builds it first. */
const engine = fileURLToPath(new URL("../target/npm/package/index.js", import.meta.url));

export default defineConfig({
  // Relative, so that the site works on any host and under any path.
  base: "./",
  plugins: [preact({ reactAliasesEnabled: false }), offline()],
  resolve: { alias: { svcscope: engine } },
  worker: { format: "es" },
  build: {
    target: "es2023",
    outDir: "../target/site",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
  server: { fs: { allow: [".."] } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
