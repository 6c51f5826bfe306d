/** Mean, sum and single losses follow from each other, on every backend, for every loss, option, precision and weight. */
import { beforeAll, describe, expect, it } from 'vitest';
import { init, type LossInfo } from '../../ts/index.ts';
import { order } from '../support/cases.ts';
import {
  dtypes,
  floats,
  hasHess,
  isRows,
  namesOf,
  type Options,
  run,
  type Sample,
  sample,
  samplesOf,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';
import { random } from '../support/random.ts';
import { difference, flat, tiny } from '../support/ulp.ts';

const rows = 7;
const width = 5;

/** Σ w, as the specification has it. */
function denominator(s: Sample, weights: ArrayLike<number> | null): number {
  const { classWeight, ignoreIndex, ignoreTarget } = s.options as {
    classWeight?: number[];
    ignoreIndex?: number | number[];
    ignoreTarget?: number;
  };
  const ignored = [ignoreIndex ?? []].flat();
  const target = s.inputs[namesOf(s.loss).at(-1)!]!;
  let total = 0;
  for (let i = 0; i < samplesOf(s); i++) {
    let w = weights === null ? 1 : weights[i]!;
    if (target instanceof Int32Array) {
      if (ignored.includes(target[i]!)) w = 0;
      else if (classWeight !== undefined) w *= classWeight[target[i]!]!;
    } else if (s.loss.info.shape === 'pointwise') {
      w *= target[i] === ignoreTarget ? 0 : (classWeight?.[i % s.width] ?? 1);
    } else if (classWeight !== undefined) {
      w *= classWeight.reduce((sum, cw, k) => sum + target[i * s.width + k]! * cw, 0);
    }
    total += w;
  }
  return total;
}

/** Derivatives times a factor, entry by entry, within a few roundings of the largest entry of each row. */
function expectScaled(s: Sample, got: unknown, factor: number, none: unknown, what: string): void {
  const [a, b] = [flat(got), flat(none)];
  expect(a.length, what).toBe(b.length);
  const { shape } = s.loss.info;
  const stride = shape === 'batch' ? a.length : isRows(s.loss) ? a.length / rows : 1;
  // Twice the bound of one result: both are rounded.
  const rounding = s.dtype === 'float32' ? 8 * 2 ** -23 : 16 * 2 ** -52;
  for (let start = 0; start < a.length; start += stride) {
    let largest = 0;
    for (let i = start; i < start + stride; i++) largest = Math.max(largest, Math.abs(factor * b[i]!));
    for (let i = start; i < start + stride; i++) {
      const off = Math.abs(a[i]! - factor * b[i]!);
      if (off <= rounding * largest + tiny(s.dtype === 'float32')) continue;
      expect.fail(`${what}[${i}] is ${a[i]}, not ${factor} * ${b[i]}`);
    }
  }
}

/** The mean and the sum follow from the samples' own losses and gradients. */
function checkReductions(s: Sample, weights: ArrayLike<number> | null): void {
  const { shape } = s.loss.info;
  const more: Options = weights === null ? {} : { sampleWeight: weights };
  const order = hasHess(s.loss, s.options) ? 2 : 1;
  const none = flat(run(s, 0, { ...more, reduction: 'none' }).value);
  expect(none.length).toBe(samplesOf(s));
  const each = shape === 'batch' ? run(s, 1, { reduction: 'sum' }) : run(s, order, { ...more, reduction: 'none' });
  const total = none.reduce((a, b) => a + b, 0);
  const size = none.reduce((a, b) => a + Math.abs(b), 0);
  const weight = denominator(s, weights);
  for (const reduction of ['sum', 'mean']) {
    const factor = reduction === 'sum' ? 1 : weight === 0 ? 0 : 1 / weight;
    const result = run(s, order, { ...more, reduction });
    const error = Math.abs((result.value as number) - factor * total);
    const bound = (s.dtype === 'float32' ? 1e-7 : 1e-14) * factor * size;
    expect(error <= bound + tiny(s.dtype === 'float32'), `${reduction}: ${result.value}, not ${factor * total}`).toBe(
      true,
    );
    expectScaled(s, result.grad, factor, each.grad, `${reduction}: grad`);
    if (order === 2) expectScaled(s, result.hess, factor, each.hess, `${reduction}: hess`);
  }
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  // Regions, which images weigh, are in regions.test.ts.
  describe.each(table.filter(([, { info }]) => !['regularizer', 'region'].includes(info.shape)))('%s', (name, loss) => {
    const all = dtypes.flatMap((dtype) =>
      targetForms(loss).flatMap((form) => variants(loss, width).map((options) => [dtype, form, options] as const)),
    );
    it.each(all)('%s %s %j', (dtype, form, options) => {
      const r = random(name);
      const s = sample(loss, r, { dtype, rows, width, form, options });
      checkReductions(s, null);
      if (loss.info.shape === 'batch') return;
      checkReductions(
        s,
        floats(dtype, samplesOf(s), () => (r.unit() < 0.3 ? 0 : r.between(0.1, 3))),
      );
    });
  });
});

/** With a weight for each row, a pointwise loss weighs the row's elements alike; a weight for each class is one for its column. */
describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  it.each(table.filter(([, { info }]) => info.shape === 'pointwise'))('%s: weights by row', (name, loss) => {
    const s = sample(loss, random(name), { dtype: 'float32', rows, width });
    const byRow = floats('float32', rows, (i) => i / 4);
    const byElement = floats('float32', rows * width, (i) => byRow[Math.floor(i / width)]!);
    for (const reduction of ['mean', 'sum', 'none']) {
      const [a, b] = [byRow, byElement].map((sampleWeight) =>
        run(s, order(loss, s.options), { reduction, sampleWeight }),
      );
      expect(difference(a, b), reduction).toBe(null);
    }
  });
  const oneWidth = ({ shape, byName }: LossInfo): boolean =>
    !['regularizer', 'sequence', 'region'].includes(shape) && !byName;
  it.each(table.filter(([, { info }]) => oneWidth(info)))('%s: batch, classes and dim say the same', (name, loss) => {
    const s = sample(loss, random(name), { dtype: 'float64', rows, width });
    const expected = run(s, order(loss, s.options));
    for (const widths of [{ classes: width }, { dim: width }, { batch: rows, classes: width, dim: width }]) {
      const got = run({ ...s, options: {} }, order(loss, s.options), widths);
      expect(difference(got, expected), JSON.stringify(widths)).toBe(null);
    }
  });
});
