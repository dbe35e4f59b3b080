/** The DNS server of a simulated cluster behind a port of this machine, for `dig` and all other clients. */

import { createSocket, type Socket } from "node:dgram";
import { createServer, type AddressInfo, type Server, type Socket as Stream } from "node:net";
import type { Cluster } from "../index.js";
import { listening } from "./listening.js";

export class DnsServer {
  readonly #cluster: Cluster;
  readonly #udp: Socket;
  readonly #tcp: Server;
  readonly #streams = new Set<Stream>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#udp = createSocket("udp4");
    this.#udp.on("message", (query, { port, address }) => {
      const answer = this.#cluster.dns(query, "UDP");
      if (answer !== undefined) this.#udp.send(answer, port, address);
    });
    this.#tcp = createServer((stream) => this.#serve(stream));
  }

  /** Starts, and answers with the address. With 0, TCP gets the port that UDP has found. */
  async listen(port: number): Promise<string> {
    await listening(port, (ready) => this.#udp.bind(port, "127.0.0.1", ready), this.#udp);
    const chosen = this.#udp.address().port;
    await listening(chosen, (ready) => this.#tcp.listen(chosen, "127.0.0.1", ready), this.#tcp);
    return `127.0.0.1:${(this.#tcp.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      try {
        this.#udp.close(() => resolve());
      } catch {
        // It has never been bound.
        resolve();
      }
    });
    for (const stream of this.#streams) stream.destroy();
    if (this.#tcp.listening) await new Promise((resolve) => this.#tcp.close(resolve));
  }

  /** RFC 1035, 4.2.2: each message after its length. */
  #serve(stream: Stream): void {
    this.#streams.add(stream);
    stream.on("close", () => this.#streams.delete(stream));
    stream.on("error", () => stream.destroy());
    let pending = Buffer.alloc(0);
    stream.on("data", (part: Buffer) => {
      pending = Buffer.concat([pending, part]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        const answer = this.#cluster.dns(pending.subarray(2, end), "TCP");
        pending = pending.subarray(end);
        if (answer === undefined) continue;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        stream.write(Buffer.concat([length, answer]));
      }
    });
  }
}
