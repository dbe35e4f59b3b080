/** The API server of a simulated cluster behind a port of this machine. Its time passes with the world's. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiResponse, Cluster } from "../index.js";
import { listening } from "./listening.js";

export interface ApiServerOptions {
  /** Seconds of simulated time in a second; with 0, time stands still. */
  readonly speed: number;
  /** Hears of every request. */
  readonly log?: ((line: string) => void) | undefined;
}

/** So often time moves on. */
const TICK_MS = 50;
/** An API server takes no more, but a little, than etcd does. */
const BODY_MAX = 3 * 1024 * 1024 + 1024 * 1024;

export class ApiServer {
  readonly #cluster: Cluster;
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  /** The watches that clients follow. */
  readonly #watches = new Map<number, ServerResponse>();
  #clock: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(cluster: Cluster, options: ApiServerOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // Who watches says nothing for a long time.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Starts, and answers with the address: `http://127.0.0.1:8002`. */
  async listen(port: number): Promise<string> {
    await listening(port, (ready) => this.#server.listen(port, "127.0.0.1", ready), this.#server);
    this.#last = performance.now();
    this.#clock = setInterval(() => this.#tick(), TICK_MS);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends all watches, and then everything. */
  async close(): Promise<void> {
    clearInterval(this.#clock);
    for (const response of this.#watches.values()) response.end();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #tick(): void {
    this.#pass();
    this.#tell();
  }

  /** Lets as much time pass as has passed outside. */
  #pass(): void {
    const now = performance.now();
    const ms = Math.floor((now - this.#last) * this.#options.speed);
    // What is less than a millisecond of the cluster's time is left for the next time.
    if (ms > 0) {
      this.#last = this.#options.speed === 0 ? now : this.#last + ms / this.#options.speed;
      this.#cluster.advance(ms);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    try {
      const body = await bodyOf(request);
      if (body === undefined) {
        refuse(response, 413, "RequestEntityTooLarge", `Request entity too large: limit is ${BODY_MAX}`);
      } else {
        this.#pass();
        this.#send(this.#cluster.request({ method: request.method ?? "GET", path: request.url ?? "/", headers: headersOf(request), body }), request, response);
        // What can be done at once, controllers do at once.
        this.#cluster.advance(0);
        this.#tell();
      }
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      console.error(`svcscope: ${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      refuse(response, 500, "InternalError", error instanceof Error ? error.message : String(error));
    }
    this.#options.log?.(`${request.method} ${request.url} ${response.statusCode} ${(performance.now() - began).toFixed(1)}ms`);
  }

  #send({ code, headers, body, bytes, watch }: ApiResponse, request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = code;
    if (watch === undefined) {
      // Node leaves the body of an answer to HEAD away.
      response.end(bytes ?? body);
      return;
    }
    response.flushHeaders();
    this.#watches.set(watch, response);
    response.on("close", () => {
      this.#watches.delete(watch);
      this.#cluster.unwatch(watch);
    });
    request.socket.setNoDelay(true);
  }

  /** Tells those who watch what has happened. */
  #tell(): void {
    for (const [watch, response] of this.#watches) {
      const { lines, bytes, open } = this.#cluster.watched(watch);
      if (bytes !== undefined) response.write(bytes);
      else if (lines !== "") response.write(lines);
      if (!open) response.end();
    }
  }
}

/** The body; undefined if it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    // Read to its end all the same: a client hears no answer before it has said everything.
    if (length <= BODY_MAX) parts.push(part as Buffer);
  }
  return length <= BODY_MAX ? Buffer.concat(parts) : undefined;
}

/** As the engine takes them: one text for each. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")] as const);
  return Object.fromEntries(pairs);
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = code;
  response.setHeader("Content-Type", "application/json");
  response.end(`${JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code })}\n`);
}
