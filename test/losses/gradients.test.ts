/** The reference's derivatives against central differences of its values, wherever the loss says that it is smooth. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FloatArray, init } from '../../ts/index.ts';
import {
  type AnyLoss,
  definitionOf,
  hasHess,
  inputsOf,
  isRows,
  namesOf,
  type Options,
  run,
  type Sample,
  sample,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';
import { random } from '../support/random.ts';

const rows = 3;
const width = 4;

/** Whether the sample that entry i of an input belongs to is at no kink. */
function isSmooth(s: Sample, input: string, i: number): boolean {
  const definition = definitionOf(s.loss);
  if (definition === null || !('smoothAt' in definition) || definition.smoothAt === undefined) return true;
  const parameters = {
    ...Object.fromEntries(Object.entries(s.loss.info.parameters).map(([k, x]) => [k, x.default])),
    ...s.options,
  };
  const smoothAt = definition.smoothAt as (...args: unknown[]) => boolean;
  const names = namesOf(s.loss);
  if (!isRows(s.loss)) return smoothAt(...names.map((name) => s.inputs[name]![i]), parameters);
  const row = Math.floor((i * rows) / s.inputs[input]!.length);
  const cut = (x: ArrayLike<number>) =>
    Float64Array.from(x).subarray((row * x.length) / rows, ((row + 1) * x.length) / rows);
  const record = Object.fromEntries(names.map((name) => [name, cut(s.inputs[name]!)]));
  const last = s.inputs[names.at(-1)!]!;
  const label = last instanceof Int32Array ? last[row]! : -1;
  return smoothAt({ ...record, label, target: record[names.at(-1)!] }, parameters);
}

/** The derivative of f in entry i of an input, by differences over ±h. */
function slope(s: Sample, input: string, i: number, f: (inputs: Sample['inputs']) => number): number {
  const x = s.inputs[input]![i]!;
  // Small beside the distance to the ends of [0, 1], where a logarithm's derivatives explode.
  const { domain } = inputsOf(s.loss, s.options).find(({ name }) => name === input)!;
  const isUnit = domain === 'unit' && x > 0 && x < 1;
  const h = 1e-4 * (isUnit ? Math.min(x, 1 - x) : 1);
  const [up, down] = [x + h, x - h].map((y) => {
    const moved = s.inputs[input]!.slice();
    moved[i] = y;
    return f({ ...s.inputs, [input]: moved });
  });
  return (up! - down!) / (2 * h);
}

const part = (x: unknown, name: string) =>
  (ArrayBuffer.isView(x) ? x : (x as { [name: string]: unknown })[name]) as FloatArray;

/** Compares every derivative of a sample; the number of those compared. */
function check(s: Sample, reduction: Options): number {
  let count = 0;
  const order = hasHess(s.loss) ? 2 : 1;
  const { grad, hess } = run(s, order, reduction);
  const near = (got: number, want: number, what: string): void => {
    if (!(Math.abs(got - want) <= 1e-5 * (1 + Math.abs(want))))
      expect.fail(`${what} is ${got}, by differences ${want}: ${JSON.stringify(s.options)}`);
    count++;
  };
  for (const input of s.loss.info.differentiable) {
    for (let i = 0; i < s.inputs[input]!.length; i++) {
      if (!isSmooth(s, input, i)) continue;
      const value = slope(s, input, i, (inputs) => run(s, 0, reduction, inputs).value as number);
      near(part(grad, input)[i]!, value, `grad.${input}[${i}]`);
      if (order === 1) continue;
      const second = slope(s, input, i, (inputs) => part(run(s, 1, reduction, inputs).grad, input)[i]!);
      near(part(hess, input)[i]!, second, `hess.${input}[${i}]`);
    }
  }
  return count;
}

describe('the derivatives of the reference', () => {
  beforeAll(async () => void (await init({ backend: 'reference' })));
  afterAll(async () => void (await init({ backend: 'wasm' })));
  const cases = table.flatMap(([name, loss]) =>
    targetForms(loss).map((form) => [name, form, loss] as [string, 'plain', AnyLoss]),
  );

  it.each(cases)('%s %s', (name, form, loss) => {
    const r = random(`${name} ${form} derivatives`);
    for (const options of variants(loss, width)) {
      // On a grid, so that kinks are met, and passed over.
      const real = () => Math.round(6 * r.normal()) / 4;
      let count = 0;
      for (let i = 0; i < 4; i++) {
        const s = sample(loss, r, { dtype: 'float64', rows, width, form, options, real });
        for (const reduction of loss.info.shape === 'regularizer'
          ? [{}]
          : [{ reduction: 'sum' }, { reduction: 'mean' }])
          count += check(s, reduction);
      }
      expect(count, `nothing was smooth with ${JSON.stringify(options)}`).toBeGreaterThan(30);
    }
  });
});
