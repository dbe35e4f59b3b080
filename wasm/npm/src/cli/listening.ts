/** Servers that take a port. */

import type { EventEmitter } from "node:events";

/** Until it listens; an error that says what to do where the port is taken. */
export function listening(port: number, start: (ready: () => void) => void, server: EventEmitter): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(explained(port, error));
    server.once("error", failed);
    start(() => {
      server.off("error", failed);
      resolve();
    });
  });
}

function explained(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === "EADDRINUSE") return new Error(`port ${port} is taken; choose another, or 0 for any that is free`);
  if (error.code === "EACCES") return new Error(`port ${port} needs more rights than you have; choose one from 1024 on`);
  return error;
}
