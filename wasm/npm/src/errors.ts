/** What is thrown when something is not done. */

import type { Failure, Place } from "./wasm/svcscope.js";

/** Kubernetes' `Status`: the API server's answer to a request that it refuses. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly status: "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

/** The API server refuses. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  /** Kubernetes' answer; of several objects that are refused, the one about the first. */
  readonly status: Status;
  /** Where in the text the causes stand, if it was a text that was refused. */
  readonly places: readonly Place[];

  constructor(message: string, status: Status, places: readonly Place[]) {
    super(message);
    this.status = status;
    this.places = places;
  }
}

/** A text is no manifest: it is neither YAML nor JSON, or it says something twice. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  /** Where, and what; never empty. */
  readonly places: readonly Place[];

  constructor(message: string, places: readonly Place[]) {
    super(message);
    this.places = places;
  }
}

/** Does `work`; what the engine throws is thrown as an error. */
export function throwing<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw isFailure(thrown) ? errorOf(thrown) : thrown;
  }
}

function errorOf({ reason, message, status, places }: Failure): Error {
  switch (reason) {
    case "status":
      return new StatusError(message, status, places);
    case "manifest":
      return new ManifestError(message, places);
    case "usage":
      return new TypeError(message);
  }
}

function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "reason" in thrown;
}
