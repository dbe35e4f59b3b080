/** Puts the service worker beside the site: it knows all files of this build by name. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export function offline(): Plugin {
  return {
    name: "svcscope-offline",
    apply: "build",
    generateBundle(_, bundle) {
      const built = Object.values(bundle).map((one) => ({
        name: one.fileName,
        content: one.type === "chunk" ? one.code : one.source,
      }));
      const still = readdirSync(path("public")).map((name) => ({
        name,
        content: readFileSync(path(`public/${name}`)),
      }));
      const all = [...built, ...still].sort((a, b) => a.name.localeCompare(b.name, "en"));
      const hash = createHash("sha256");
      for (const { name, content } of all) hash.update(name).update(content);
      const files = ["./", ...all.map(({ name }) => `./${name}`).filter((name) => name !== "./index.html")];
      const source = readFileSync(path("src/offline/sw.js"), "utf8")
        .replace("__VERSION__", hash.digest("hex").slice(0, 16))
        .replace('["__FILES__"]', JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}
