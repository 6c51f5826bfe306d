/** What isn't read can't matter: weights of 0, ignored rows, empty batches; and NaN stays where it is. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type FloatArray, init } from '../../ts/index.ts';
import {
  definitionOf,
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
import { difference, flat } from '../support/ulp.ts';

const rows = 6;
const width = 4;
const order = ({ loss, options }: Sample) => (hasHess(loss, options) ? 2 : 1);
const weighable = table.filter(([, { info }]) => info.shape === 'pointwise' || info.shape === 'rowwise');

type Inputs = { [name: string]: FloatArray | Int32Array };
const copyOf = (s: Sample): Inputs =>
  Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, x.slice()]));

/** The part of an array that belongs to some sample. */
const part = (s: Sample, x: ArrayLike<number>, i: number): number[] => {
  const stride = x.length / samplesOf(s);
  return Array.from(x).slice(i * stride, (i + 1) * stride);
};
/** Derivatives as [name, array]s. */
const arrays = (s: Sample, grad: unknown): [string, FloatArray][] =>
  ArrayBuffer.isView(grad) ? [[s.loss.info.differentiable[0]!, grad as FloatArray]] : Object.entries(grad as object);

/** Every result of a call, sample by sample. */
function perSample(s: Sample, more: Options, inputs: object): number[][] {
  const result = run(s, order(s), { reduction: 'none', ...more }, inputs);
  const all = [
    result.value as FloatArray,
    ...[result.grad, result.hess ?? {}].flatMap((x) => arrays(s, x).map(([, a]) => a)),
  ];
  return Array.from({ length: samplesOf(s) }, (_, i) => all.flatMap((a) => part(s, a, i)));
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  const cases = (all: typeof table) =>
    all.flatMap(([name, loss]) =>
      dtypes.flatMap((dtype) => targetForms(loss).map((form) => ({ name, loss, dtype, form }))),
    );

  it.each(cases(weighable))(
    '$name $dtype $form: a sample of weight 0 counts as 0, whatever it holds',
    ({ name, loss, ...wish }) => {
      for (const options of variants(loss, width)) {
        const s = sample(loss, random(name), { ...wish, rows, width, options: { ...options } });
        const weights = floats(s.dtype, samplesOf(s), (i) => (i % 3 === 1 ? 0 : 1 + i / 8));
        const clean = perSample(s, { sampleWeight: weights }, s.inputs);
        for (const junk of [Number.NaN, Infinity, -Infinity, -7.5]) {
          const inputs = copyOf(s);
          for (const x of Object.values(inputs)) {
            const stride = x.length / samplesOf(s);
            for (let k = 0; k < x.length; k++)
              if (weights[Math.floor(k / stride)] === 0) x[k] = x instanceof Int32Array ? 99 : junk;
          }
          const got = perSample(s, { sampleWeight: weights }, inputs);
          expect(difference(got, clean), `${JSON.stringify(options)} with ${junk}`).toBe(null);
          expect(flat(got.filter((_, i) => weights[i] === 0)).every((x) => x === 0)).toBe(true);
          for (const reduction of ['mean', 'sum']) {
            const more = { sampleWeight: weights, reduction };
            const both = [run(s, order(s), more, inputs), run(s, order(s), more)];
            expect(difference(both[0], both[1]), `${reduction} with ${junk}`).toBe(null);
          }
        }
      }
    },
  );

  it.each(cases(weighable))(
    '$name $dtype $form: NaN makes its own sample NaN and no other',
    ({ name, loss, ...wish }) => {
      for (const options of variants(loss, width)) {
        const s = sample(loss, random(name), { ...wish, rows, width, options });
        const clean = perSample(s, {}, s.inputs);
        for (const [input, x] of Object.entries(s.inputs)) {
          if (x instanceof Int32Array) continue;
          const own = Math.floor(samplesOf(s) / 2);
          const last = s.inputs[namesOf(loss).at(-1)!]!;
          if (!isRows(loss) && last[own] === s.options.ignoreTarget) continue;
          if (last instanceof Int32Array && [s.options.ignoreIndex].flat().includes(last[own])) continue;
          // Where a loss reads nothing but the label's score, NaN elsewhere is data that isn't read.
          const place = last instanceof Int32Array ? last[own]! : 0;
          const at = (own * x.length) / samplesOf(s) + place;
          const inputs = copyOf(s);
          inputs[input]![at] = Number.NaN;
          const got = perSample(s, {}, inputs);
          const message = `NaN in ${input}[${at}], ${JSON.stringify(options)}`;
          got.forEach((numbers, i) => {
            if (i !== own) expect(difference(numbers, clean[i]), `${message}: sample ${i}`).toBe(null);
          });
          const { value, grad } = run(s, 1, { reduction: 'none' }, inputs);
          // With beta = 0 the latents don't count.
          if (s.options.beta === 0 && (input === 'mu' || input === 'logVar')) continue;
          expect((value as FloatArray)[own], `${message}: value`).toBeNaN();
          for (const [of, g] of arrays(s, grad)) {
            if (of === input || !isRows(loss)) expect(g[at], `${message}: gradient in ${of}`).toBeNaN();
          }
          expect(run(s, 0, { reduction: 'sum' }, inputs).value, `${message}: sum`).toBeNaN();
        }
      }
    },
  );

  it.each(cases(table.filter(([, { info }]) => info.shape === 'pointwise')))(
    '$name $dtype: an element has the same bits alone and among any others',
    ({ name, loss, dtype }) => {
      const heavy = 'posWeight' in loss.info.parameters ? [{ posWeight: 3 }] : [];
      for (const options of [...variants(loss, 1), ...heavy]) {
        const numbers = random(name);
        // Where exponentials and their products come to the ends of the ranges of both types.
        const far = [0.3, 1, 43, 80, 87, 88, 103, 350, 700, 709, 745];
        const real = () => numbers.normal() + far[numbers.below(far.length)]! * (2 * numbers.below(2) - 1);
        const s = sample(loss, numbers, { dtype, rows: 257, width: 1, options, real });
        // Hard targets among soft ones.
        const { target } = s.inputs;
        if (target !== undefined) for (let i = 0; i < s.rows; i += 3) target[i] = 1;
        const all = perSample(s, {}, s.inputs);
        for (let i = 0; i < s.rows; i++) {
          const own = Object.fromEntries(Object.entries(s.inputs).map(([of, x]) => [of, x.slice(i, i + 1)]));
          const alone = perSample({ ...s, rows: 1 }, { batch: 1 }, own);
          expect(difference(all[i], alone[0]), `${JSON.stringify(options)}, element ${i}`).toBe(null);
        }
      }
    },
  );

  it.each(cases(table))('$name $dtype $form: an empty batch has value 0', ({ name, loss, ...wish }) => {
    for (const options of variants(loss, width)) {
      const s = sample(loss, random(name), { ...wish, rows: 0, width, options });
      for (const reduction of loss.info.shape === 'regularizer' ? [undefined] : ['mean', 'sum']) {
        const { value, grad } = run(s, order(s), reduction === undefined ? {} : { reduction });
        expect(value).toBe(0);
        expect(flat(grad)).toEqual([]);
      }
    }
  });

  it.each(cases(weighable))(
    '$name $dtype $form: without any weight, value and gradient are 0',
    ({ name, loss, ...wish }) => {
      const s = sample(loss, random(name), { ...wish, rows, width });
      for (const reduction of ['mean', 'sum']) {
        const { value, grad } = run(s, order(s), {
          reduction,
          sampleWeight: floats(s.dtype, samplesOf(s), () => 0),
        });
        expect(value).toBe(0);
        expect(flat(grad).every((g) => g === 0)).toBe(true);
      }
    },
  );

  it.each(cases(table.filter(([, { info }]) => 'ignoreIndex' in info.parameters && info.shape !== 'region')))(
    '$name $dtype $form: ignored rows are never read',
    ({ name, loss, dtype, form }) => {
      if (form === 'dense') return;
      const s = sample(loss, random(name), { dtype, form, rows, width, options: { ignoreIndex: -100 } });
      const [scores, labels] = namesOf(loss) as [string, string];
      const ignored = {
        [scores]: floats(dtype, rows * width, () => Number.NaN),
        [labels]: new Int32Array(rows).fill(-100),
      };
      for (const reduction of ['mean', 'sum']) {
        const { value, grad, hess } = run(s, 2, { reduction, out: floats(dtype, rows * width, () => 9) }, ignored);
        expect(value).toBe(0);
        expect([...flat(grad), ...flat(hess)].every((g) => g === 0)).toBe(true);
      }
      expect(definitionOf(loss)?.shape).toBe('rowwise');
    },
  );
});
