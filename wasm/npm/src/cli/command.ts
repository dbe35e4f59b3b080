import type { ParseArgsConfig } from "node:util";

/** One command of `svcscope`; each has a file of its own, and a line in the table of `main.ts`. */
export interface Command {
  /** What `svcscope --help` says of it, in one line. */
  readonly summary: string;
  /** What follows its name: `-f FILE…`. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** What comes behind the first word that is no option belongs to another program, options included. */
  readonly ownWords?: boolean;
  /** Does it; answers with the exit code. */
  run(input: Input): Promise<number>;
}

/** What the user has given to a command. */
export interface Input {
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly operands: readonly string[];
}

/** The user has asked for something that does not exist; the message says what. Exit code 2. */
export class UsageError extends Error {}
