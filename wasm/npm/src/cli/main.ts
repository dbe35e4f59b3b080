#!/usr/bin/env node
/** The command line: finds the command, reads its arguments, runs it. */

import { parseArgs } from "node:util";
import { applyCommand } from "./apply.js";
import { checkCommand } from "./check.js";
import { UsageError, type Command, type Input } from "./command.js";
import { dnsCommand } from "./dns.js";
import { kubectlCommand } from "./kubectl.js";
import { serveCommand } from "./serve.js";
import { traceCommand } from "./trace.js";
import { versionCommand } from "./version.js";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["apply", applyCommand],
  ["check", checkCommand],
  ["dns", dnsCommand],
  ["kubectl", kubectlCommand],
  ["serve", serveCommand],
  ["trace", traceCommand],
  ["version", versionCommand],
]);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    console.error(`svcscope: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === "--version" || name === "-V") return versionCommand.run({ options: {}, operands: [] });
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}; see svcscope --help`);
  const { help, ...input } = read(command, args);
  if (help) {
    console.log(`svcscope ${name} ${command.usage}\n\n${command.summary}`);
    return 0;
  }
  return command.run(input);
}

function read(command: Command, args: string[]): Input & { readonly help: boolean } {
  const help = { type: "boolean", short: "h", default: false } as const;
  try {
    const [own, others] = command.ownWords === true ? apart(args, command) : [args, []];
    const { values, positionals } = parseArgs({ args: own, options: { ...command.options, help }, allowPositionals: true });
    return { options: values, operands: [...positionals, ...others], help: values.help === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The options of the command, and the words behind them. */
function apart(args: string[], { options }: Command): [string[], string[]] {
  const takesNext = (arg: string): boolean => {
    const named = Object.entries(options).find(([name, { short }]) => arg === `--${name}` || (short !== undefined && arg === `-${short}`));
    return named?.[1].type === "string";
  };
  let at = 0;
  while (at < args.length && args[at]!.startsWith("-") && args[at] !== "--") at += takesNext(args[at]!) ? 2 : 1;
  return [args.slice(0, at), args.slice(args[at] === "--" ? at + 1 : at)];
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const rows = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ["svcscope COMMAND [OPTIONS]", "", ...rows, "", "svcscope COMMAND --help says more."].join("\n");
}
