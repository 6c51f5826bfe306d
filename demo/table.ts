/** Every loss, timed: nanoseconds per element for value and gradient, in WebAssembly and in the TypeScript reference. */
import * as losskit from 'losskit';
import { init } from 'losskit';
import { type Buffer, samples } from './samples.ts';
import { bold, Progress, print } from './terminal.ts';

/** A loss as the table calls it. */
interface Timed {
  readonly info: losskit.LossInfo;
  // biome-ignore lint/suspicious/noExplicitAny: every loss has its own arguments
  valueAndGrad(...args: any[]): unknown;
}

const repetitions = 7;
const backends = ['wasm', 'reference'] as const;

/** Prints the table. */
export async function table(): Promise<void> {
  const timed = Object.values(losskit).filter((x): x is typeof x & Timed => 'valueAndGrad' in x && 'info' in x);
  const progress = new Progress('timing');
  const lines: string[] = [];
  const ratios: number[] = [];
  for (const [i, loss] of timed.entries()) {
    progress.update(i / timed.length, loss.info.name);
    const { wasm, reference } = await compare(loss);
    ratios.push(reference / wasm);
    lines.push(line(loss.info.name, wasm.toFixed(2), reference.toFixed(2), `${(reference / wasm).toFixed(1)} ×`));
  }
  progress.done(`${timed.length} losses, medians of ${repetitions} repetitions, the backends by turns`);
  print('', bold(line('ns per element, float32', 'WASM', 'reference', 'ratio')), ...lines, '');
  print(
    `  Half of the ratios are above ${median(ratios).toFixed(0)}. The reference is written to be read, in double`,
    '  precision: a loop written for speed would come closer. Inputs are resident,',
    '  128 rows of 256 elements, for ntXent of 64.',
  );
}

const line = (name: string, ...cells: string[]): string =>
  `  ${name.padEnd(30)}${cells.map((cell) => cell.padStart(12)).join('')}`;

/** The median time of an element on each backend, in ns. */
async function compare(loss: Timed): Promise<{ wasm: number; reference: number }> {
  const calls = { wasm: () => {}, reference: () => {} };
  const buffers: Buffer[] = [];
  let elements = 1;
  for (const name of backends) {
    await init({ backend: name });
    const made = samples(loss.info);
    elements = made.elements;
    buffers.push(...made.buffers);
    calls[name] = () => void loss.valueAndGrad(...made.args);
    calls[name]();
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
