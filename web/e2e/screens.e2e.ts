/** How it looks: pictures for people under `target/screens`, and what a machine can say of them. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./axe.ts";
import { type Playground, type Stand, stand } from "./browser.ts";

const FOLDER = fileURLToPath(new URL("../../target/screens/", import.meta.url));

const SIZES = {
  "360": [360, 740],
  "390": [390, 844],
  "768": [768, 1024],
  "1180": [1180, 720],
  "1440": [1440, 900],
} as const;
type Size = keyof typeof SIZES;

let theStand: Stand;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  theStand = await stand();
});
afterAll(() => theStand.close());

const open = (size: Size, colorScheme: "light" | "dark", more = {}): Promise<Playground> => {
  const [width, height] = SIZES[size];
  return theStand.open({
    viewport: { width, height },
    colorScheme,
    deviceScaleFactor: width < 700 ? 2 : 1,
    ...more,
  });
};

async function picture(p: Playground, name: string): Promise<void> {
  await p.page.waitForTimeout(200);
  await p.page.screenshot({ path: `${FOLDER}${name}.png` });
}

const sideways = (p: Playground): Promise<number> =>
  p.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.each(["light", "dark"] as const)("in %s", (theme) => {
  it.each(["1440", "1180", "768", "390", "360"] as const)(
    "at %s pixels nothing scrolls sideways, and no barrier stands",
    async (size) => {
      const p = await open(size, theme, { bypassCSP: true });
      const tabs = Number(size) < 861 ? ["Topology", "Manifest", "Traffic"] : [""];
      for (const tab of tabs) {
        if (tab !== "")
          await p.page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: tab }).click();
        await p.page.waitForTimeout(1800);
        await picture(p, `${size}-${theme}${tab === "" ? "" : `-${tab.toLowerCase()}`}`);
        expect(await sideways(p)).toBe(0);
        expect(await barriers(p)).toEqual([]);
      }
      await p.close();
    },
  );

  it("a stream of a thousand packets", async () => {
    const p = await open("1440", theme);
    await p.ask.getByLabel("Send 1000").click();
    await p.page.waitForTimeout(700);
    await picture(p, `1440-${theme}-stream`);
    await p.close();
  });

  it("a Service that selects nothing", async () => {
    const p = await open("1440", theme);
    await p.example("6.4");
    await p.says(/^Refused/);
    await p.page.waitForTimeout(1500);
    await picture(p, `1440-${theme}-6.4`);
    await p.close();
  });

  it("a problem, and the last valid state", async () => {
    const p = await open("1440", theme, { bypassCSP: true });
    await p.page.getByRole("button", { name: "svc.yml", exact: true }).click();
    await p.retype("nodePort: 30001", 5, "29999");
    await p.page.locator(".problem").waitFor();
    await picture(p, `1440-${theme}-problem`);
    expect(await barriers(p)).toEqual([]);
    await p.close();
  });

  it("tables, and the inspector", async () => {
    const p = await open("1440", theme, { bypassCSP: true });
    await p.page.getByRole("button", { name: "Table" }).click();
    await p.page.getByRole("button", { name: "hello-svc", exact: true }).click();
    await p.page.locator(".inspector pre", { hasText: "kind: Service" }).waitFor();
    await picture(p, `1440-${theme}-inspector`);
    expect(await barriers(p)).toEqual([]);
    await p.close();
  });
});

describe("the palette", () => {
  it("has everything by its name", async () => {
    const p = await open("1440", "light", { bypassCSP: true });
    await p.page.getByRole("button", { name: "Commands" }).click();
    await p.page.getByRole("combobox", { name: "Command" }).fill("in");
    await picture(p, "1440-light-palette");
    expect(await barriers(p)).toEqual([]);
    await p.close();
  });
});

describe("three hundred pods", () => {
  it("fit on the stage", async () => {
    const p = await open("1440", "light");
    await p.retype("replicas: 10", 1, "00");
    await p.retype("replicas: 100", 3, "300");
    await p.until(
      async () => (await p.cells("services"))[0]?.at(-1),
      (ready) => expect(ready).toBe("300/300"),
    );
    // The last ones are ready before their programs listen.
    await p.page.getByLabel("Speed").selectOption("16");
    await p.page.waitForTimeout(1000);
    await p.ask.getByLabel("Send 1000").click();
    await p.says(/^1000 of 1000 answered by (2\d\d|300) pods\./);
    await p.page.waitForTimeout(2200);
    await picture(p, "1440-light-300");
    expect(
      await p.page.locator(".canvas").evaluate((e) => e.scrollHeight - e.clientHeight),
    ).toBeLessThanOrEqual(1);
    await p.close();
  });
});

describe("without motion", () => {
  it("the way of a packet is there at once", async () => {
    const p = await open("1440", "light", { reducedMotion: "reduce" });
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await picture(p, "1440-light-calm");
    await p.close();
  });
});
