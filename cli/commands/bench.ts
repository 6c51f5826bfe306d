/** `losskit bench`: WebAssembly against JavaScript on this machine. */
import { arch, cpus, platform } from 'node:os';
import { init } from 'losskit';
import { argumentsOf, recipeOf } from '../bench/data.ts';
import { race } from '../bench/timer.ts';
import { parse, usage } from '../lib/args.ts';
import { InputError } from '../lib/errors.ts';
import { type AnyLoss, lossesNamed } from '../lib/losses.ts';
import { json, print, table } from '../lib/output.ts';
import { progress } from '../lib/progress.ts';

const ELEMENTS = 65536;
const WIDTH = 64;
/** NT-Xent compares all rows with all: its time grows with their square. */
const PAIRS = 256;

export const HELP = `Usage: losskit bench [--losses <a,b,...>] [--elements <n>] [--width <n>] [--seconds <s>] [--json]

Value and gradient of each loss, float32, by the WebAssembly and by the reference in JavaScript, in turns: medians.

  --losses     a comma-separated list; all without it
  --elements   numbers in an input; ${ELEMENTS} without it (NT-Xent: ${PAIRS} rows at most)
  --width      numbers in a row, for losses by row; ${WIDTH} without it
  --seconds    about how long each loss takes; 0.5 without it
  --json       the same as JSON, times in milliseconds`;

interface Line {
  readonly loss: string;
  readonly rows: number;
  readonly width: number;
  readonly wasm: number;
  readonly reference: number;
  readonly speedup: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parse('bench', args, { losses: text, elements: text, width: text, seconds: text }, [0, 0]);
  if (values.help) return print(HELP);
  const number = (name: string, fallback: number, isWhole = true): number => {
    const n = values[name] === undefined ? fallback : Number(values[name]);
    if (n > 0 && n < Infinity && (!isWhole || Number.isSafeInteger(n))) return n;
    throw usage('bench', `--${name} must be a ${isWhole ? 'whole ' : ''}number > 0, got ${values[name]}`);
  };
  const elements = number('elements', ELEMENTS);
  const width = number('width', WIDTH);
  const seconds = number('seconds', 0.5, false);
  const losses = lossesNamed(values.losses as string | undefined);
  if (losses.length === 0) throw usage('bench', '--losses names no loss');
  await startBackend();
  const bar = progress();
  const lines: Line[] = [];
  for (const loss of losses) {
    bar.show(lines.length, losses.length, loss.info.name);
    lines.push(await measured(loss, elements, width, seconds));
  }
  bar.end();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', platform: platform(), arch: arch(), node: process.version };
  await print(values.json ? json({ ...machine, dtype: 'float32', results: lines }) : report(machine, lines));
}

/** There is nothing to compare where WebAssembly can't run. */
async function startBackend(): Promise<void> {
  try {
    await init({ backend: 'wasm' });
  } catch (error) {
    throw new InputError(`WebAssembly can't run here: ${(error as Error).message}`);
  }
}

async function measured(loss: AnyLoss, elements: number, wanted: number, seconds: number): Promise<Line> {
  const recipe = recipeOf(loss);
  const width = recipe.isRows ? Math.min(wanted, elements) : 1;
  const most = loss.info.shape === 'batch' ? PAIRS : Infinity;
  const rows = Math.min(most, Math.max(1, Math.floor(elements / width)));
  const args = argumentsOf(loss, recipe, rows, width);
  const { wasm, reference } = await race(() => loss.valueAndGrad(...args), seconds);
  return { loss: loss.info.name, rows, width, wasm, reference, speedup: reference / wasm };
}

const msText = (ms: number): string => (ms < 1 ? `${(1000 * ms).toPrecision(3)} µs` : `${ms.toPrecision(3)} ms`);

function report(machine: { cpu: string; node: string }, lines: readonly Line[]): string {
  const rows = lines.map(({ loss, rows, width, wasm, reference, speedup }) => [
    loss,
    width === 1 ? `${rows}` : `${rows} x ${width}`,
    msText(wasm),
    msText(reference),
    `${speedup.toFixed(1)}x`,
  ]);
  const head = `Value and gradient, float32, medians; ${machine.cpu}, Node ${machine.node}`;
  return `${head}\n\n${table([['loss', 'size', 'WebAssembly', 'JavaScript', 'faster'], ...rows], [1, 2, 3, 4])}`;
}
