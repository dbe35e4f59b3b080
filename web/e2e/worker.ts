/** The line between the page and its worker: the tests hear what is said on it, and may ask what no button asks. */
import type { Page } from "playwright-core";
import type { CallName, Calls } from "../src/engine/protocol.ts";

interface Tapped {
  /** The answers to what the page has asked, by the name of the call. */
  heard: Record<string, unknown[]>;
  /** The revision of the cluster that the page shows. */
  revision: number;
  ask(call: string, args: unknown): Promise<unknown>;
}

declare global {
  var svcscopeLine: Tapped;
}

/** Taps the line of the page that is opened next; what goes over it stays as it is. */
export async function tap(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: Record<string, unknown[]> = {};
    const asked = new Map<number, string>();
    const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
    let engine: Worker | undefined;
    // The page counts its own questions upwards.
    let last = 0;
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name !== "svcscope") return;
        engine = this;
        this.addEventListener("message", ({ data }) => {
          if (data.type === "picture") globalThis.svcscopeLine.revision = data.change.revision;
          const call = asked.get(data.id);
          if (data.type === "answer" && call !== undefined) {
            heard[call] ??= [];
            heard[call].push(data.value);
          }
          asked.delete(data.id);
          if (data.type === "answer") waiting.get(data.id)?.resolve(data.value);
          if (data.type === "failed") waiting.get(data.id)?.reject(new Error(data.message));
          waiting.delete(data.id);
        });
      }
      override postMessage(message: { id: number; call: string }) {
        if (message.id > 0) asked.set(message.id, message.call);
        super.postMessage(message);
      }
    };
    globalThis.svcscopeLine = {
      heard,
      revision: 0,
      ask: (call, args) =>
        new Promise((resolve, reject) => {
          last--;
          waiting.set(last, { resolve, reject });
          engine?.postMessage({ id: last, call, args });
        }),
    };
  });
}

/** The revision of the cluster that is to be seen. */
export const revision = (page: Page): Promise<number> =>
  page.evaluate(() => globalThis.svcscopeLine.revision);

/** How often the page has had an answer to such a call. */
const answers = (page: Page, call: CallName): Promise<number> =>
  page.evaluate((name) => globalThis.svcscopeLine.heard[name]?.length ?? 0, call);

/** The next answer that the page gets to such a call, once `act` has made it ask. */
export async function answerTo<N extends CallName>(
  page: Page,
  call: N,
  act: () => Promise<void>,
): Promise<Calls[N]["answer"]> {
  const before = await answers(page, call);
  await act();
  const arg = { call, before };
  await page.waitForFunction(
    ({ call, before }) => (globalThis.svcscopeLine.heard[call]?.length ?? 0) > before,
    arg,
  );
  const answer = await page.evaluate(
    ({ call, before }) => globalThis.svcscopeLine.heard[call]?.[before],
    arg,
  );
  return answer as Calls[N]["answer"];
}

/** Asks the page's engine something for which the page has no button. */
export function ask<N extends CallName>(
  page: Page,
  call: N,
  args: Calls[N]["args"],
): Promise<Calls[N]["answer"]> {
  const line = ([call, args]: [string, unknown]) => globalThis.svcscopeLine.ask(call, args);
  return page.evaluate(line, [call, args] as [string, unknown]) as Promise<Calls[N]["answer"]>;
}
