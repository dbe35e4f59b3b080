/** A browser, and the page in it as a user has it before them. */
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import { type Served, serve } from "./site.ts";

export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Prepare = (page: Page) => Promise<void>;

export interface Stand {
  /** Opens the site in a fresh profile, and waits until it shows something; `prepare` comes before all of its scripts. */
  open(options?: BrowserContextOptions, hash?: string, prepare?: Prepare): Promise<Playground>;
  close(): Promise<void>;
}

export async function stand(): Promise<Stand> {
  const site = await serve();
  const browser = await chromium.launch({
    executablePath: process.env["CHROME_BIN"] ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  return {
    open: (options, hash = "", prepare = undefined) => open(browser, site, hash, options, prepare),
    async close() {
      await browser.close();
      site.close();
    },
  };
}

async function open(
  browser: Browser,
  site: Served,
  hash: string,
  options: BrowserContextOptions = {},
  prepare: Prepare = async () => undefined,
): Promise<Playground> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const playground = new Playground(page, site);
  page.on("pageerror", (error) => playground.complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      playground.complaints.push(message.text());
  });
  page.on("request", (request) => playground.requests.push(request.url()));
  await prepare(page);
  await page.goto(site.url + hash);
  await page.locator(".ask .verdict.good, .ask .verdict.bad").waitFor({ state: "attached" });
  return playground;
}

/** What a user sees and does. */
export class Playground {
  readonly complaints: string[] = [];
  readonly requests: string[] = [];
  readonly page: Page;
  readonly site: Served;

  constructor(page: Page, site: Served) {
    this.page = page;
    this.site = site;
  }

  get verdict(): Locator {
    return this.page.locator(".ask .verdict");
  }

  get ask(): Locator {
    return this.page.locator(".ask");
  }

  get steps(): Locator {
    return this.page.locator(".steps li");
  }

  rows(table: "services" | "pods" | "nodes"): Locator {
    return this.page.locator(`[data-table=${table}] tbody tr:not(.empty)`);
  }

  /** The cells of a table, row by row. */
  cells(table: "services" | "pods" | "nodes"): Promise<string[][]> {
    return this.rows(table).evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? "")),
    );
  }

  async example(title: string | RegExp): Promise<void> {
    const select = this.page.getByLabel("Examples");
    const labels = await select.locator("option").allTextContents();
    const label = labels.find((l) => (typeof title === "string" ? l.startsWith(title) : title.test(l)));
    await select.selectOption({ label: label ?? String(title) });
  }

  /** Puts the cursor at the end of the first line that has `text`, and types over its last characters. */
  async retype(text: string, erase: number, typed: string): Promise<void> {
    await this.page.locator(".cm-line", { hasText: text }).first().click();
    await this.page.keyboard.press("End");
    for (let i = 0; i < erase; i++) await this.page.keyboard.press("Backspace");
    await this.page.keyboard.type(typed);
  }

  /** Waits until something holds; says at last what did not. */
  async until<T>(read: () => Promise<T>, check: (value: T) => void): Promise<void> {
    const end = Date.now() + 20_000;
    for (;;) {
      try {
        check(await read());
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await this.page.waitForTimeout(100);
      }
    }
  }

  async says(sentence: string | RegExp): Promise<void> {
    await this.until(
      async () => (await this.verdict.textContent())?.trim() ?? "",
      (text) => expect(text).toMatch(sentence),
    );
  }

  /** Ends it; nothing has gone wrong unseen, and nobody else was asked for anything. */
  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
    const origin = new URL(this.site.url).origin;
    expect(this.requests.filter((url) => !url.startsWith(origin) && !url.startsWith("data:"))).toEqual([]);
  }
}
