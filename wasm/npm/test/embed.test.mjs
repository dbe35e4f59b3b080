/** The playground within a page: its address, as Node makes it. The element itself is tested with the playground. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { project, run } from "./installed.mjs";

test("the address of a view holds its files, and says what is shown", () => {
  const folder = project();
  const script = `
    import { embedAddress } from "svcscope/embed";
    const files = [{ name: "svc.yml", text: "kind: Service # größer" }];
    console.log(await embedAddress("https://example.com/play/?old#older", files, { show: ["topology"], theme: "dark" }));
  `;
  writeFileSync(join(folder, "main.mjs"), script);
  const { code, stdout, stderr } = run(folder, process.execPath, "main.mjs");
  assert.equal(code, 0, stderr);
  const [, start, hash] = /^(.*)#v1=([A-Za-z0-9_-]+)$/.exec(stdout.trim());
  assert.equal(start, "https://example.com/play/?show=topology&theme=dark");
  assert.deepEqual(JSON.parse(inflateRawSync(Buffer.from(hash, "base64url")).toString()), {
    example: "own",
    files: [{ name: "svc.yml", text: "kind: Service # größer" }],
    send: { from: "outside", to: "", port: 0 },
  });
});
