/** Every loss, timed: nanoseconds per element for value and gradient, in WebAssembly and in the TypeScript reference. */
import * as losskit from 'losskit';
import { init, type Resident } from 'losskit';
import { normal, random } from './data.ts';
import { bold, dim, Progress, print } from './terminal.ts';

type Buffer = Resident<'float32'> | Resident<'int32'>;
type Info = losskit.LossInfo;

/** A loss as the table calls it. */
interface Timed {
  readonly info: Info;
  // biome-ignore lint/suspicious/noExplicitAny: every loss has its own arguments
  valueAndGrad(...args: any[]): unknown;
}

const rows = 256;
const width = 256;
const repetitions = 9;
const backends = ['wasm', 'reference'] as const;

/** Prints the table. */
export async function table(): Promise<void> {
  const timed = Object.values(losskit).filter((x): x is typeof x & Timed => 'valueAndGrad' in x && 'info' in x);
  const progress = new Progress('timing');
  const lines: string[] = [];
  const ratios: number[] = [];
  for (const [i, loss] of timed.entries()) {
    progress.update(i / timed.length, loss.info.name);
    const { name } = loss.info;
    const times = await compare(loss);
    const ratio = times.reference / times.wasm;
    ratios.push(ratio);
    const cells = [times.wasm, times.reference].map((time) => time.toFixed(2).padStart(11)).join('');
    lines.push(
      `  ${name.padEnd(30)}${cells}${`${ratio.toFixed(1)} ×`.padStart(9)}  ${dim('▪'.repeat(Math.min(40, Math.round(ratio))))}`,
    );
  }
  progress.done(`${timed.length} losses, median of ${repetitions} repetitions, the backends by turns`);
  print(
    '',
    bold(`  ${'ns per element'.padEnd(30)}${'WASM'.padStart(11)}${'reference'.padStart(11)}${'ratio'.padStart(9)}`),
    ...lines,
  );
  print('', `  Typical ratio (median): ${median(ratios).toFixed(1)} ×`);
}

/** The median time of an element on each backend, in ns. */
async function compare(loss: Timed): Promise<{ wasm: number; reference: number }> {
  const calls = { wasm: () => {}, reference: () => {} };
  const buffers: Buffer[] = [];
  let elements = 1;
  for (const name of backends) {
    await init({ backend: name });
    const made = prepare(loss);
    elements = made.elements;
    buffers.push(...made.buffers);
    calls[name] = made.call;
    made.call();
  }
  const times: { wasm: number[]; reference: number[] } = { wasm: [], reference: [] };
  for (let i = 0; i < repetitions; i++) {
    for (const name of backends) {
      await init({ backend: name });
      times[name].push((timeOf(calls[name]) / elements) * 1e6);
    }
  }
  for (const buffer of buffers) buffer.free();
  return { wasm: median(times.wasm), reference: median(times.reference) };
}

/** Milliseconds of one call, over as many as fill two milliseconds. */
function timeOf(call: () => void): number {
  const began = performance.now();
  let calls = 0;
  let spent = 0;
  while (spent < 2) {
    call();
    calls++;
    spent = performance.now() - began;
  }
  return spent / calls;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** A call on resident buffers, filled with what the loss's arguments are by name. */
function prepare(loss: Timed): { call: () => void; elements: number; buffers: Buffer[] } {
  const { info } = loss;
  const next = random(1);
  const buffers: Buffer[] = [];
  const batchwise = info.shape === 'batch';
  const dim = batchwise ? 64 : width;
  const n = rows * dim;
  const filled = (fill: (i: number) => number, length = n): Buffer => {
    const buffer = losskit.allocate('float32', length);
    for (let i = 0; i < length; i++) buffer.array[i] = fill(i);
    buffers.push(buffer);
    return buffer;
  };
  const args = info.inputs.map((name) => argument(name, info, next, filled, buffers));
  const grads = Object.fromEntries(info.differentiable.map((name) => [name, filled(() => 0)]));
  const out = info.differentiable.length === 1 ? Object.values(grads)[0] : grads;
  const widths = info.shape === 'rowwise' ? { batch: rows } : batchwise ? { dim } : {};
  const options = { ...widths, out };
  // `elbo` takes its arrays by name.
  const all = info.name === 'elbo' ? [Object.fromEntries(info.inputs.map((name, i) => [name, args[i]]))] : args;
  return { call: () => void loss.valueAndGrad(...all, options), elements: n, buffers };
}

/** Numbers that an argument of this name may hold. */
function argument(
  name: string,
  { name: loss, shape, family }: Info,
  next: () => number,
  filled: (fill: (i: number) => number, length?: number) => Buffer,
  buffers: Buffer[],
): Buffer {
  const gaussian = () => normal(next);
  const rowwise = shape === 'rowwise';
  switch (name) {
    case 'p':
    case 'q':
      // Rows of probabilities need not sum to exactly 1.
      return filled(() => (rowwise ? (0.5 + next()) / width : 0.01 + 0.98 * next()));
    case 'logp':
      return filled(() => Math.log((0.5 + next()) / width));
    case 'labels':
    case 'target': {
      if (loss === 'contrastive') return filled(() => Number(next() < 0.5), rows);
      if (!rowwise) {
        const low = loss.toLowerCase().includes('hinge') ? -1 : 0;
        return filled(family === 'classification' ? () => (next() < 0.5 ? low : 1) : gaussian);
      }
      if (loss === 'elbo') return filled(next);
      const labels = losskit.allocate('int32', rows);
      for (let i = 0; i < rows; i++) labels.array[i] = Math.floor(next() * width);
      buffers.push(labels);
      return labels;
    }
    default:
      return filled(gaussian);
  }
}
