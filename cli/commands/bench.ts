/** `losskit bench`: WebAssembly against JavaScript on this machine. */
import { arch, cpus, platform } from 'node:os';
import * as losskit from 'losskit';
import { carefulCall, lossCall, makeData } from '../../bench/lib/bind.mjs';
import { type Case, cases } from '../../bench/lib/cases.mjs';
import { race } from '../../bench/lib/timer.mjs';
import { parse, usage } from '../lib/args.ts';
import { InputError } from '../lib/errors.ts';
import { lossesNamed } from '../lib/losses.ts';
import { json, print, table } from '../lib/output.ts';
import { progress } from '../lib/progress.ts';

/** Without --elements: more takes the reference too long. */
const ELEMENTS = 200_000;

export const HELP = `Usage: losskit bench [--losses <a,b,...>] [--elements <n>] [--all-sizes] [--seconds <s>] [--json]

Value and gradient of each loss on float32 arrays, in turns, as medians: by the WebAssembly, by careful JavaScript written for each loss
by hand, and by the reference, which is written to be read. 'faster' is careful JavaScript's time over WebAssembly's.

  --losses      a comma-separated list; all without it
  --elements    the largest size of each loss that has no more numbers in an input; ${ELEMENTS} without it
  --all-sizes   every size up to that
  --seconds     about how long each line takes; 0.6 without it
  --json        the same as JSON, times in milliseconds`;

interface Line {
  readonly loss: string;
  readonly size: string;
  readonly wasm: number;
  readonly careful: number;
  readonly reference: number;
  readonly faster: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const specs = { losses: text, elements: text, seconds: text, allSizes: { type: 'boolean' } } as const;
  const { values } = parse('bench', args, specs, [0, 0]);
  if (values.help) return print(HELP);
  const positive = (name: string, fallback: number): number => {
    const n = values[name] === undefined ? fallback : Number(values[name]);
    if (n > 0 && n < Infinity) return n;
    throw usage('bench', `--${name} must be a number > 0, got ${values[name]}`);
  };
  const seconds = positive('seconds', 0.6);
  const names = lossesNamed(values.losses as string | undefined).map(({ info }) => info.name);
  const list = chosen(names, positive('elements', ELEMENTS), values.allSizes === true);
  if (list.length === 0) throw usage('bench', '--losses names no loss');
  await startBackend();
  const bar = progress();
  const lines: Line[] = [];
  for (const one of list) {
    bar.show(lines.length, list.length, one.variant);
    lines.push(await measured(one, seconds));
  }
  bar.end();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', platform: platform(), arch: arch(), node: process.version };
  await print(values.json ? json({ ...machine, dtype: 'float32', results: lines }) : report(machine, lines));
}

/** The sizes of each loss up to a limit; its smallest if that is above. */
function chosen(names: readonly string[], elements: number, isAll: boolean): Case[] {
  // In the order in which they were asked for.
  const wanted = names.flatMap((name) => cases.filter(({ loss }) => loss === name));
  return [...new Set(wanted.map(({ variant }) => variant))].flatMap((variant) => {
    const sizes = wanted.filter((one) => one.variant === variant);
    const fitting = sizes.filter(({ rows, width }) => rows * width <= elements);
    if (fitting.length === 0) return sizes.slice(0, 1);
    return isAll ? fitting : fitting.slice(-1);
  });
}

/** There is nothing to compare where WebAssembly can't run. */
async function startBackend(): Promise<void> {
  try {
    await losskit.init({ backend: 'wasm' });
  } catch (error) {
    throw new InputError(`WebAssembly can't run here: ${(error as Error).message}`);
  }
}

async function measured(one: Case, seconds: number): Promise<Line> {
  const data = makeData(one, one.rows);
  const call = lossCall(one, losskit, data);
  const on = (backend: 'wasm' | 'reference') => ({ call, prepare: () => losskit.init({ backend }) });
  const sides = { wasm: on('wasm'), careful: { call: carefulCall(one, data) }, reference: on('reference') };
  const ms = await race(sides, { seconds });
  return { loss: one.variant, size: one.size, ...ms, faster: ms.careful / ms.wasm };
}

function msText(ms: number): string {
  if (ms < 1) return `${(1000 * ms).toPrecision(3)} µs`;
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

function report(machine: { cpu: string; node: string }, lines: readonly Line[]): string {
  const rows = lines.map(({ loss, size, wasm, careful, reference, faster }) => [
    loss,
    size,
    ...[wasm, careful, reference].map(msText),
    `${faster.toFixed(1)}x`,
  ]);
  const head = `Value and gradient, float32, medians; ${machine.cpu}, Node ${machine.node}`;
  const columns = ['loss', 'size', 'WebAssembly', 'careful JavaScript', 'reference', 'faster'];
  return `${head}\n\n${table([columns, ...rows], [1, 2, 3, 4, 5])}`;
}
