/** Every loss, timed: nanoseconds an element for value and gradient, in WebAssembly, in careful JavaScript and in the reference. */
import * as losskit from 'losskit';
import { init } from 'losskit';
import { carefulCall, lossCall, makeData, residentCall } from '../bench/lib/bind.mjs';
import { type Case, cases, gradientElements } from '../bench/lib/cases.mjs';
import { race } from '../bench/lib/timer.mjs';
import { bold, Progress, print } from './terminal.ts';

/** How long a line takes, about. */
const seconds = 0.5;
/** Elements of an input, at most: more takes the reference too long. */
const elements = 140_000;

type Side = 'wasm' | 'careful' | 'reference';

/** Prints the table. */
export async function table(): Promise<void> {
  const progress = new Progress('timing');
  const lines: string[] = [];
  const ratios: number[] = [];
  const timed = chosen();
  for (const [i, one] of timed.entries()) {
    progress.update(i / timed.length, one.variant);
    const { wasm, careful, reference } = await compare(one);
    ratios.push(careful / wasm);
    const figures = [wasm, careful, reference].map((ns) => ns.toPrecision(3));
    lines.push(line(one.variant, one.size, ...figures, `${(careful / wasm).toFixed(1)} ×`));
  }
  progress.done(`${timed.length} losses, medians, all sides by turns`);
  const head = line('ns per element, float32', 'size', 'WebAssembly', 'careful JS', 'reference', 'faster');
  print('', bold(head), ...lines, '');
  print(
    `  Faster: how many times as fast as careful JavaScript, which is written for each loss by hand: unrolled, without`,
    `  allocation. Half of the losses are above ${median(ratios).toFixed(1)}. The reference is written to be read. WebAssembly`,
    '  computes on resident buffers.',
  );
}

/** Each loss as it is without options, at its largest size that isn't too large. */
function chosen(): Case[] {
  const plain = cases.filter(({ variant, loss }) => variant === loss);
  return [...new Set(plain.map(({ loss }) => loss))].map((name) => {
    const sizes = plain.filter(({ loss }) => loss === name);
    return sizes.filter(({ rows, width }) => rows * width <= elements).at(-1) ?? sizes[0]!;
  });
}

const line = (name: string, size: string, ...cells: string[]): string =>
  `  ${name.padEnd(30)}${size.padEnd(11)}${cells.map((cell) => cell.padStart(12)).join('')}`;

/** The median time of an element on each side, in ns. */
async function compare(one: Case): Promise<Record<Side, number>> {
  await init({ backend: 'wasm' });
  const resident = residentCall(one, losskit, makeData(one, one.rows));
  const [own, other] = [makeData(one, one.rows), makeData(one, one.rows)];
  const on = (backend: 'wasm' | 'reference', call: () => number) => ({ call, prepare: () => init({ backend }) });
  const ms = await race(
    {
      wasm: on('wasm', resident.call),
      careful: carefulCall(one, own),
      reference: on('reference', lossCall(one, losskit, other)),
    },
    { seconds },
  );
  resident.free();
  const each = 1e6 / gradientElements(one);
  return { wasm: ms.wasm * each, careful: ms.careful * each, reference: ms.reference * each };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
