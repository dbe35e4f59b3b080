/** Files in and out, and everything that can be taken along. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { p, theStand } from "./each.ts";

const manifest = (name: string): string =>
  fileURLToPath(new URL(`../../tests/manifests/${name}`, import.meta.url));

const tabs = (): Promise<string[]> => p.page.locator(".tab > button:first-child").allTextContents();

async function downloaded(button: string): Promise<string> {
  const [download] = await Promise.all([
    p.page.waitForEvent("download"),
    p.page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await download.path(), "latin1");
}

const ready = (wanted: string): Promise<void> =>
  p.until(
    async () => (await p.cells("services")).map((row) => row.at(-1)).join(),
    (text) => expect(text).toBe(wanted),
  );

describe("files", () => {
  it("are opened together, take the place of what was there, and can be taken back", async () => {
    await p.page
      .locator('input[type="file"]')
      .setInputFiles(
        ["chapter/biz1-svc.yml", "chapter/biz1-v4.1.yml", "chapter/biz1-v4.2.yml"].map(manifest),
      );
    await ready("6/6");
    expect(await tabs()).toEqual(["biz1-svc.yml", "biz1-v4.1.yml", "biz1-v4.2.yml"]);
    await p.page.reload();
    await ready("6/6");
    await p.page.locator('input[type="file"]').setInputFiles([manifest("figures/6.3.yml")]);
    await ready("3/3");
    await p.page.getByRole("button", { name: "Undo" }).click();
    await ready("6/6");
  });

  it("are taken where they are dropped", async () => {
    const text = readFileSync(manifest("figures/6.3.yml"), "utf8");
    await p.page.evaluate((dropped) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([dropped], "figure.yml"));
      document.body.dispatchEvent(
        new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }),
      );
    }, text);
    await p.page.getByText("Drop manifests here").waitFor();
    await p.page.evaluate((dropped) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([dropped], "figure.yml"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, text);
    await ready("3/3");
    expect(await tabs()).toEqual(["figure.yml"]);
  });

  it("of a real cluster are tidied, and addresses that are not to be had are given up", async () => {
    const dump = `apiVersion: v1
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: shop
    resourceVersion: "811"
    uid: 3b1e0b5e-6e0f-4c5d-9d0c-4b7a9a1f0a11
  spec:
    clusterIP: 172.20.41.7
    clusterIPs:
    - 172.20.41.7
    ports:
    - port: 80
      targetPort: 8080
    selector:
      app: web
  status:
    loadBalancer: {}
- apiVersion: v1
  kind: Pod
  metadata:
    labels:
      app: web
    name: web-1
    namespace: shop
    resourceVersion: "812"
    uid: 3b1e0b5e-6e0f-4c5d-9d0c-4b7a9a1f0a12
  spec:
    containers:
    - image: example/web:1
      name: web
      ports:
      - containerPort: 8080
    nodeName: ip-10-0-1-17.ec2.internal
  status:
    phase: Running
kind: List
`;
    const file = { name: "dump.yaml", mimeType: "text/yaml", buffer: Buffer.from(dump) };
    await p.page.locator('input[type="file"]').setInputFiles(file);
    await p.page.getByText("Services get new cluster IPs").waitFor();
    await ready("1/1");
    expect((await p.cells("services"))[0]?.[2]).toMatch(/^10\.96\./);
  });

  it("are saved as one that kubectl takes", async () => {
    const text = await downloaded("Save as YAML");
    expect(text).toMatch(/^# deploy\.yml\n/);
    expect(text).toContain("\n---\n# svc.yml\n");
  });
});

describe("sharing", () => {
  it("has a link, a page within a page, pictures and a trace", async () => {
    await p.says(/^Answered/);
    await p.page.getByRole("button", { name: "Share", exact: true }).click();
    const dialog = p.page.getByRole("dialog", { name: "Share" });
    await dialog.waitFor();
    expect(await dialog.getByLabel("Link").inputValue()).toContain("#v1=");
    expect(await dialog.getByLabel("Markdown").inputValue()).toMatch(
      /^\*\*`outside` → `192\.168\.1\.11:30001\/TCP`\*\*: Answered by pod/,
    );

    const svg = await downloaded("Save SVG");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+"/);
    expect(svg).toContain(">hello-svc</text>");
    const png = await downloaded("Save PNG");
    expect(png.slice(1, 4)).toBe("PNG");
    expect(png.length).toBeGreaterThan(10_000);

    await dialog.getByLabel("Manifests").check();
    await dialog.getByLabel("Theme").selectOption("dark");
    const code = await dialog.getByLabel("HTML").inputValue();
    const source = /src="([^"]*)"/.exec(code)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(source).toContain("?show=manifest,topology,traffic&theme=dark#v1=");
    await p.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    const url = new URL(source);
    const frame = await theStand.open({}, url.search + url.hash);
    await frame.says(/^Answered/);
    expect(await frame.page.getByLabel("Examples").count()).toBe(0);
    expect(await frame.page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(await frame.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    expect(await frame.page.getByRole("link", { name: "Open in svcscope" }).getAttribute("href")).toContain(
      "#v1=",
    );
    await frame.close();
  });

  it("shows only what was asked for", async () => {
    const frame = await theStand.open({}, "?show=topology");
    expect(await frame.page.locator(".canvas").isVisible()).toBe(true);
    expect(await frame.page.locator(".manifest").isVisible()).toBe(false);
    expect(await frame.page.locator(".ask").isVisible()).toBe(false);
    await frame.close();
  });

  it("has an element for other pages, which fetches manifests or has them within", async () => {
    const host = await theStand.open({ bypassCSP: true }, "?show=topology");
    const script = fileURLToPath(new URL("../../target/npm/package/embed.js", import.meta.url));
    await host.page.addScriptTag({ path: script, type: "module" });
    const text = readFileSync(manifest("figures/6.3.yml"), "utf8");
    await host.page.evaluate((yaml) => {
      const view = document.createElement("svcscope-view");
      view.setAttribute("playground", "./");
      view.setAttribute("show", "topology traffic");
      view.setAttribute("to", "prod-svc");
      view.setAttribute("from", "pod/default/pod-1");
      view.setAttribute("port", "8080");
      const within = document.createElement("script");
      within.type = "application/yaml";
      within.textContent = yaml;
      view.append(within);
      document.body.replaceChildren(view);
    }, text);
    const inner = host.page.frameLocator("svcscope-view >> iframe");
    await inner.locator(".ask .verdict.good").waitFor();
    expect(await inner.locator(".ask .verdict").textContent()).toMatch(/^Answered by pod pod-\d/);
    expect(await inner.locator(".manifest").isVisible()).toBe(false);
    await host.close();
  });
});
