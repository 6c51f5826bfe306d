/** Every loss, and a linear layer before one, timed: nanoseconds an element for value and gradient, in WebAssembly, in careful JavaScript and in the reference. */
import * as losskit from 'losskit';
import { init } from 'losskit';
import { carefulCall, lossCall, makeData, residentCall } from '../bench/lib/bind.mjs';
import { type Case, cases, gradientElements } from '../bench/lib/cases.mjs';
import { carefulLayer, layerElements, ordinaryLayer, residentLayer, tableLayer } from '../bench/lib/layer.mjs';
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
  const timed = [...chosen().map((one) => ({ ...one, compare: () => compare(one) })), layer];
  for (const [i, one] of timed.entries()) {
    progress.update(i / timed.length, one.variant);
    const { wasm, careful, reference } = await one.compare();
    ratios.push(careful / wasm);
    const figures = [wasm, careful, reference].map((ns) => ns.toPrecision(3));
    lines.push(line(one.variant, one.size, ...figures, `${(careful / wasm).toFixed(1)} ×`));
  }
  progress.done(`${timed.length - 1} losses and a linear layer, medians, all sides by turns`);
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

/** The median time of an element of the gradient on each side, in ns. */
async function raced(
  elements: number,
  resident: { call(): number; free(): void },
  careful: () => number,
  ordinary: () => number,
): Promise<Record<Side, number>> {
  const on = (backend: 'wasm' | 'reference', call: () => number) => ({ call, prepare: () => init({ backend }) });
  const sides = { wasm: on('wasm', resident.call), careful, reference: on('reference', ordinary) };
  const ms = await race(sides, { seconds });
  resident.free();
  const each = 1e6 / elements;
  return { wasm: ms.wasm * each, careful: ms.careful * each, reference: ms.reference * each };
}

/** Those of a loss. */
async function compare(one: Case): Promise<Record<Side, number>> {
  await init({ backend: 'wasm' });
  const resident = residentCall(one, losskit, makeData(one, one.rows));
  const [own, other] = [makeData(one, one.rows), makeData(one, one.rows)];
  return raced(gradientElements(one), resident, carefulCall(one, own), lossCall(one, losskit, other));
}

/** A linear layer with cross-entropy, on rows of a table. */
const layer = {
  ...tableLayer,
  compare: async (): Promise<Record<Side, number>> => {
    await init({ backend: 'wasm' });
    const resident = residentLayer(tableLayer, losskit);
    const [careful, ordinary] = [carefulLayer(tableLayer), ordinaryLayer(tableLayer, losskit)];
    return raced(layerElements(tableLayer), resident, careful.call, ordinary.call);
  },
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
