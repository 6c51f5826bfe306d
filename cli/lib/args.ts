/** Command-line arguments, by Node's own parser, with one-sentence errors that name the near option. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../../ts/core/base/errors.ts';
import { UsageError } from './errors.ts';
import { camel, kebab } from './losses.ts';

/** What an option takes. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
}

export type Specs = { readonly [name: string]: OptionSpec };

/** Options by their camelCase names, and the other arguments. */
export interface Parsed {
  readonly values: { readonly [name: string]: string | boolean | readonly string[] | undefined };
  readonly positionals: readonly string[];
}

/** Options that every command has. */
const COMMON: Specs = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } };

/**
 * Parses the arguments of a command. Names are given in camelCase, and may be typed in either spelling; `--no-x` turns a flag off;
 * a negative number may be an option's value without `=`.
 */
export function parse(
  command: string,
  args: readonly string[],
  specs: Specs,
  arity: readonly [number, number],
  hint = '',
): Parsed {
  const all: Specs = { ...COMMON, ...specs };
  const { tokens } = run(command, args, all);
  const values: { [name: string]: string | boolean | string[] } = {};
  const positionals: string[] = [];
  let list: string[] | null = null;
  for (const token of tokens) {
    // What a shell makes of `--pred part-*.npy`: the files after the first come by themselves.
    if (token.kind === 'positional') (list ?? positionals).push(token.value);
    if (token.kind === 'option-terminator') list = null;
    if (token.kind !== 'option') continue;
    const { name, value } = option(command, token, all);
    const isList = all[name]!.multiple === true;
    if (!isList && name in values) throw usage(command, `--${kebab(name)} is given twice`);
    if (!isList) values[name] = value;
    else values[name] = [...((values[name] as string[] | undefined) ?? []), value as string];
    list = isList ? (values[name] as string[]) : null;
  }
  const [least, most] = arity;
  if (values.help !== true && positionals.length < least) throw usage(command, 'an argument is missing');
  if (values.help !== true && positionals.length > most) {
    throw usage(command, `${JSON.stringify(positionals[most])} is one argument too many${hint}`);
  }
  return { values, positionals };
}

/** The error, with where to read on. */
export const usage = (command: string, message: string): UsageError =>
  new UsageError(`${message}; see \`losskit ${command} --help\``);

function run(command: string, args: readonly string[], specs: Specs) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { type, short }] of Object.entries(specs)) {
    for (const spelling of new Set([name, kebab(name)])) options[spelling] = { type };
    if (short !== undefined) options[name] = { type, short };
  }
  try {
    // Not strict: an unknown option gets our own message, with the near one.
    return parseArgs({ args: joined(args, specs), options, strict: false, allowPositionals: true, tokens: true });
  } catch (error) {
    throw usage(command, (error as Error).message);
  }
}

/** Negative numbers joined to the option before them: `--ignore-index -100`. */
function joined(args: readonly string[], specs: Specs): string[] {
  const result: string[] = [];
  for (const arg of args) {
    const before = result.at(-1) ?? '';
    const takes = before.startsWith('--') && !before.includes('=') && specs[camel(before.slice(2))]?.type === 'string';
    if (takes && /^-[\d.i]/i.test(arg)) result[result.length - 1] = `${before}=${arg}`;
    else result.push(arg);
  }
  return result;
}

interface OptionToken {
  readonly rawName: string;
  readonly name: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function option(command: string, { rawName, name: typed, value, inlineValue }: OptionToken, specs: Specs) {
  const spelt = camel(typed);
  const known = (name: string): boolean => Object.hasOwn(specs, name);
  const negated = !known(spelt) && typed.startsWith('no-') && known(camel(typed.slice(3)));
  const name = negated ? camel(typed.slice(3)) : spelt;
  if (!known(name) || rawName === '-') {
    const near = nearest(spelt, Object.keys(specs));
    const hint = near === null ? '' : `, did you mean --${kebab(near)}?`;
    throw usage(command, `unknown option ${rawName}${hint}`);
  }
  if (specs[name]!.type === 'string') {
    const isNext = inlineValue === false && value?.startsWith('--');
    if (value === undefined || value === '' || negated || isNext) throw usage(command, `${rawName} needs a value`);
    return { name, value };
  }
  if (value === undefined) return { name, value: !negated };
  if (value !== 'true' && value !== 'false') throw usage(command, `${rawName} is a switch: true or false`);
  return { name, value: (value === 'true') !== negated };
}
