/** The page's end of the line to the engine's worker. */
import type { Burst, CallName, Calls, FromWorker, PictureChange, ToWorker } from "./protocol.ts";

export interface Listener {
  ready(version: string): void;
  picture(change: PictureChange): void;
  /** What came of requests that are sent all the time. */
  traffic(burst: Burst): void;
  crashed(message: string): void;
}

/** What is answered to those who wait for an engine that is no more. */
export class Stopped extends Error {
  override name = "Stopped";
}

export interface Engine {
  /** The last things that it was asked, and how long they took. */
  log(): readonly string[];
  /** For how long it has owed an answer, in milliseconds. */
  waits(): number;
  call<N extends CallName>(name: N, args: Calls[N]["args"]): Promise<Calls[N]["answer"]>;
  close(): void;
}

interface Waiting {
  readonly name: string;
  readonly since: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** So much of the past helps whoever looks for a fault. */
const LOGGED = 20;

/** Starts the worker and tells `listener` what it says unasked. */
export function connect(listener: Listener): Engine {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "svcscope" });
  const waiting = new Map<number, Waiting>();
  const log: string[] = [];
  let last = 0;
  const over = ({ name, since }: Waiting, how: string) => {
    log.push(`${name} ${Math.round(performance.now() - since)} ms${how}`);
    if (log.length > LOGGED) log.shift();
  };

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    switch (data.type) {
      case "ready":
        return listener.ready(data.version);
      case "picture":
        return listener.picture(data.change);
      case "traffic":
        return listener.traffic(data.burst);
      case "crashed":
        return listener.crashed(data.message);
      case "answer":
        waiting.get(data.id)?.resolve(data.value);
        break;
      case "failed":
        waiting.get(data.id)?.reject(new Error(data.message));
        break;
    }
    const done = waiting.get(data.id);
    if (done) over(done, data.type === "failed" ? " failed" : "");
    waiting.delete(data.id);
  };
  worker.onerror = (event) => listener.crashed(event.message || "The engine did not start.");

  return {
    call(name, args) {
      const id = ++last;
      const message = { id, call: name, args } as ToWorker;
      return new Promise((resolve, reject) => {
        waiting.set(id, {
          name,
          since: performance.now(),
          resolve: (value) => resolve(value as Calls[typeof name]["answer"]),
          reject,
        });
        worker.postMessage(message);
      });
    },
    log: () => [...log, ...[...waiting.values()].map(({ name }) => `${name} …`)],
    waits() {
      const [oldest] = waiting.values();
      return oldest ? performance.now() - oldest.since : 0;
    },
    close() {
      worker.terminate();
      for (const { reject } of waiting.values()) reject(new Stopped("The engine was stopped."));
      waiting.clear();
    },
  };
}
