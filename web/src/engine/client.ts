/** The page's end of the line to the engine's worker. */
import type { Burst, CallName, Calls, FromWorker, PictureChange, ToWorker } from "./protocol.ts";

export interface Listener {
  ready(version: string): void;
  picture(change: PictureChange): void;
  /** What came of requests that are sent all the time. */
  traffic(burst: Burst): void;
  crashed(message: string): void;
}

export interface Engine {
  call<N extends CallName>(name: N, args: Calls[N]["args"]): Promise<Calls[N]["answer"]>;
  close(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts the worker and tells `listener` what it says unasked. */
export function connect(listener: Listener): Engine {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "svcscope" });
  const waiting = new Map<number, Waiting>();
  let last = 0;

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
    waiting.delete(data.id);
  };
  worker.onerror = (event) => listener.crashed(event.message || "The engine did not start.");

  return {
    call(name, args) {
      const id = ++last;
      const message = { id, call: name, args } as ToWorker;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: (value) => resolve(value as Calls[typeof name]["answer"]), reject });
        worker.postMessage(message);
      });
    },
    close: () => worker.terminate(),
  };
}
