/** The command line: `npx losskit <command>`. */
import { readFileSync } from 'node:fs';
import { nearest } from '../ts/core/base/errors.ts';
import * as bench from './commands/bench.ts';
import * as choose from './commands/choose.ts';
import * as evaluate from './commands/eval.ts';
import * as info from './commands/info.ts';
import * as list from './commands/list.ts';
import { InputError, UsageError } from './lib/errors.ts';
import { print } from './lib/output.ts';

interface Command {
  readonly HELP: string;
  run(args: readonly string[]): Promise<void>;
}

const commands: { readonly [name: string]: Command } = { bench, choose, eval: evaluate, info, list };

const HELP = `losskit: loss functions with exact gradients

Usage: losskit <command> [options]

  list             every loss, by family
  info <loss>      formula, options, domain, PyTorch twin, when to use it
  choose <task>    which loss for which task
  eval <loss>      a loss over .npy or CSV files of any size, with gradients
  bench            WebAssembly against JavaScript on this machine

losskit <command> --help tells more of each; --version prints the version.
Exit codes: 0, 1 for bad input, 2 for bad usage.`;

const version = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

async function dispatch([name, ...args]: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') return print(version());
  if (name === '--help' || name === '-h' || (name === 'help' && args.length === 0)) return print(HELP);
  const wanted = name === 'help' ? args[0]! : name;
  if (wanted === undefined)
    throw new UsageError(`a command is missing: ${Object.keys(commands).join(', ')}; see \`losskit --help\``);
  const command = Object.hasOwn(commands, wanted) ? commands[wanted]! : null;
  if (command === null) {
    const near = nearest(wanted, Object.keys(commands));
    const hint = near === null ? 'see `losskit --help`' : `did you mean ${near}?`;
    throw new UsageError(`there is no command ${JSON.stringify(wanted)}; ${hint}`);
  }
  return name === 'help' ? print(command.HELP) : command.run(args);
}

/** Runs the program; its exit code. What goes wrong with the input or the usage is told on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await dispatch(args);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error;
    process.stderr.write(`losskit: ${error.message}\n`);
    return error.code;
  }
}
