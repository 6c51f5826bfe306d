/** A class axis anywhere: the same call with the classes last has the same results, to the bit where rows are computed. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { order } from '../support/cases.ts';
import {
  type AnyLoss,
  argumentsOf,
  type Dtype,
  dtypes,
  innerOf,
  isRows,
  type Options,
  type Result,
  run,
  type Sample,
  sample,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';
import { type Random, random as seeded } from '../support/random.ts';
import { resident } from '../support/resident.ts';

const losses = table.filter(([, loss]) => innerOf(loss)!.options.includes('axis') && loss.info.shape !== 'region');

type Numbers = L.FloatArray | Int32Array;
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** A shape with the classes at an axis. */
interface Layout {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** Rows of classes as that shape has them. */
function spread<A extends Numbers>(x: A, { shape, axis }: Layout): A {
  const width = shape[axis]!;
  const inner = product(shape.slice(axis + 1));
  const out = x.slice() as A;
  for (let i = 0; i < x.length; i++) {
    const [row, k] = [Math.floor(i / width), i % width];
    out[Math.floor(row / inner) * inner * width + k * inner + (row % inner)] = x[i]!;
  }
  return out;
}

/** Numbers in nested arrays, with typed ones innermost where plain ones would have no precision, or be taken for dense targets of one class. */
function nested(x: Numbers, shape: readonly number[], isInner = false): unknown {
  if (shape.length === 1) return x instanceof Float32Array || !isInner ? x : [...x];
  const size = x.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) =>
    nested(x.subarray(i * size, (i + 1) * size), shape.slice(1), true),
  );
}

/** A view of every second element of a buffer. */
function strided(x: Numbers, shape: readonly number[]) {
  const data =
    x instanceof Int32Array
      ? new Int32Array(2 * x.length + 1)
      : new (x.constructor as Float32ArrayConstructor)(2 * x.length + 1);
  x.forEach((value, i) => {
    data[2 * i + 1] = value;
  });
  const stride = shape.map((_, d) => 2 * product(shape.slice(d + 1)));
  return { data, shape, stride, offset: 1 };
}

const forms = {
  flat: (x: Numbers) => x,
  tensor: (x: Numbers, shape: readonly number[]) => ({ data: x, dims: shape }),
  strided,
  nested: (x: Numbers, shape: readonly number[]) => nested(x, shape),
  resident: (x: Numbers) => resident(x),
} as const;
type Form = keyof typeof forms;

/** A sample's arguments in another layout: labels are rows, all else has the classes too. */
function laidOut(s: Sample, layout: Layout, form: Form): unknown[] {
  const put = (x: Numbers): unknown => place(x, layout, form, x instanceof Int32Array);
  return argumentsOf(s.loss, Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, put(x)])));
}

/** Numbers in another layout, one a row or one an element. */
function place(x: Numbers, layout: Layout, form: Form, isOfRows: boolean): unknown {
  const { shape, axis } = layout;
  return isOfRows
    ? forms[form](
        x,
        shape.filter((_, d) => d !== axis),
      )
    : forms[form](spread(x, layout), shape);
}

function call(loss: AnyLoss, args: unknown[], options: Options, n: number): Result {
  return (n === 1 ? loss.valueAndGrad(...args, options) : loss.valueGradHess(...args, options)) as Result;
}

/** Weights of rows or of elements. */
interface Weight {
  readonly numbers: L.FloatArray;
  readonly isOfRows: boolean;
}

/** Asserts that a call in another layout has the results of the call with the classes last. */
function check(s: Sample, layout: Layout, form: Form, more: Options, weight: Weight | null): void {
  const weighted = weight === null ? more : { ...more, sampleWeight: weight.numbers };
  const expected = run(s, order(s.loss, s.options), weighted);
  const args = laidOut(s, layout, form);
  const { batch: _, ...own } = s.options;
  const options: Options = { ...own, ...more, axis: layout.axis - (s.rows % 2) * layout.shape.length };
  if (form === 'flat' || form === 'resident') options.shape = layout.shape;
  if (weight !== null) options.sampleWeight = place(weight.numbers, layout, form, weight.isOfRows);
  const got = call(s.loss, args, options, order(s.loss, s.options));
  const lays = (x: unknown): unknown => (isNumbers(x) ? spread(x, layout) : x);
  same(got.grad, lays(expected.grad));
  same(got.hess, lays(expected.hess));
  const isElements = !isRows(s.loss);
  if (isElements && typeof expected.value === 'number') expect(got.value).toBeCloseTo(expected.value, 5);
  else same(got.value, isElements ? lays(expected.value) : expected.value);
  same(s.loss(...args, options), got.value);
  for (const x of [...args, options.sampleWeight]) (x as { free?: () => void } | undefined)?.free?.();
}

/** The same bits: vitest's own comparison takes minutes for long arrays. */
function same(x: unknown, y: unknown): void {
  if (!isNumbers(x) || !isNumbers(y)) {
    expect(x).toEqual(y);
    return;
  }
  expect(x.constructor).toBe(y.constructor);
  const bytes = (a: L.FloatArray) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
  const place = Buffer.compare(bytes(x), bytes(y)) === 0 ? -1 : x.findIndex((a, i) => !Object.is(a, y[i]));
  expect(place, `at ${place}: ${x[place]} for ${y[place]}`).toBe(-1);
}

const isNumbers = (x: unknown): x is L.FloatArray => x instanceof Float32Array || x instanceof Float64Array;

/** A random shape of a rank, with the classes at an axis. */
function shapeOf(random: Random, rank: number, axis: number, classes: number): Layout {
  return { shape: Array.from({ length: rank }, (_, d) => (d === axis ? classes : 1 + random.below(4))), axis };
}

const rowsIn = ({ shape, axis }: Layout): number => product(shape.filter((_, d) => d !== axis));

describe.each(['wasm', 'reference'] as const)('a class axis on %s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('is of all losses whose rows are over classes', () => {
    expect(losses.map(([name]) => name)).toEqual(
      expect.arrayContaining(['crossEntropy', 'nll', 'categoricalCrossEntropy', 'klDivergence', 'entropy']),
    );
    expect(losses.map(([name]) => name)).toEqual(
      expect.arrayContaining(['multiclassHinge', 'focal', 'binaryCrossEntropy', 'binaryCrossEntropyWithLogits']),
    );
  });

  describe.each(losses)('%s', (name, loss) => {
    it.each(dtypes.flatMap((dtype) => targetForms(loss).map((form) => [dtype, form] as const)))(
      'of %s with %s targets, of any rank, axis and form',
      (dtype: Dtype, target) => {
        const random = seeded(`${name} ${dtype} ${target}`);
        const names = Object.keys(forms) as Form[];
        let count = 0;
        for (let rank = 2; rank <= 5; rank++) {
          for (let axis = 0; axis < rank; axis++) {
            const layout = shapeOf(random, rank, axis, 1 + random.below(7));
            const rows = rowsIn(layout);
            const width = layout.shape[axis]!;
            for (const options of variants(loss, width)) {
              const s = sample(loss, random, { dtype, rows, width, form: target, options });
              const weights = (length: number) => Float64Array.from({ length }, () => random.below(4) / 2);
              const ofRows = { numbers: weights(rows), isOfRows: true };
              const ofElements = { numbers: weights(rows * width), isOfRows: false };
              const reduction = (['mean', 'sum', 'none'] as const)[count % 3];
              const weight = [null, ofRows, isRows(loss) ? ofRows : ofElements][Math.floor(count / 3) % 3]!;
              check(s, layout, names[count % names.length]!, { reduction }, weight);
              count++;
            }
          }
        }
        expect(count).toBeGreaterThan(13);
      },
    );

    it.runIf(backend === 'wasm')('of more than a block', () => {
      const random = seeded(`${name} large`);
      for (const [shape, axis] of [
        [[3, 5, 70, 131], 1],
        [[1500, 7, 5], 1],
        [[2, 3000, 3, 11], 1],
        [[4, 20_001], 0],
      ] as const) {
        const layout = { shape, axis };
        const rows = rowsIn(layout);
        const width = shape[axis]!;
        for (const form of targetForms(loss)) {
          const s = sample(loss, random, { dtype: 'float32', rows, width, form });
          check(s, layout, 'flat', { reduction: 'none' }, null);
          check(s, layout, 'resident', { reduction: 'mean' }, null);
        }
      }
    });

    it('where the gradient takes the place of its input', () => {
      const random = seeded(`${name} in place`);
      const layout = { shape: [2, 5, 300, 41], axis: 1 };
      const s = sample(loss, random, { dtype: 'float32', rows: rowsIn(layout), width: 5 });
      const expected = run(s, 1);
      const args = laidOut(s, layout, 'flat');
      for (const make of [forms.flat, forms.resident]) {
        const own = [make((args[0] as Float32Array).slice()), ...args.slice(1)];
        const result = call(loss, own, { shape: layout.shape, axis: 1, out: own[0] }, 1);
        same(result.grad, spread(expected.grad as L.FloatArray, layout));
        if (isRows(loss)) expect(result.value).toBe(expected.value);
        (own[0] as { free?: () => void }).free?.();
      }
    });
  });
});
