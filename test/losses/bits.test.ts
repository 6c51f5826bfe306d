/** The same bits on WebAssembly: neither the place of the data nor the way that it takes matters. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allocate, type FloatArray, init } from '../../ts/index.ts';
import { cases, order, reductionOf, rowsOf } from '../support/cases.ts';
import { type AnyLoss, floats, isRows, run, type Sample, sample, samplesOf, variants } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { difference } from '../support/ulp.ts';

describe('the same bits', () => {
  beforeAll(async () => void (await init({ backend: 'wasm' })));
  const independent = (loss: AnyLoss) => loss.info.shape !== 'batch';

  it.each(cases(independent))('$name $dtype $form: at every place and length', ({ name, loss, ...wish }) => {
    const width = isRows(loss) ? 5 : 1;
    // Over a batch the images of a region aren't independent.
    for (const options of variants(loss, width).filter(({ overBatch }) => overBatch !== true)) {
      const whole = sample(loss, random(name), { ...wish, rows: 67, width, options });
      const results = (s: Sample) => run(s, order(loss, s.options), reductionOf(loss, 'none'));
      const all = results(whole);
      // Less the total weight, which is that of the rows.
      const arrays = ({ value, grad, hess }: typeof all) => [value, grad, hess ?? []];
      const expected = (x: unknown, from: number, to: number): unknown =>
        ArrayBuffer.isView(x)
          ? (x as FloatArray).subarray((from * (x as FloatArray).length) / 67, (to * (x as FloatArray).length) / 67)
          : Object.values((x ?? {}) as object).map((y) => expected(y, from, to));
      for (let length = 1; length < 67; length += length < 5 ? 1 : 13) {
        for (let from = length % 3; from + length <= 67; from += 7) {
          const got = results(rowsOf(whole, from, from + length));
          const [a, b] = loss.info.shape === 'regularizer' ? [got.grad, all.grad] : [arrays(got), arrays(all)];
          const bad = difference(a, expected(b, from, from + length));
          if (bad !== null) expect.fail(`${JSON.stringify(options)}, ${length} from ${from} on: ${bad}`);
        }
      }
    }
  });

  it.each(cases(independent))(
    '$name $dtype $form: block by block as resident, also at odd addresses',
    ({ name, loss, dtype, form }) => {
      const [rows, width] = isRows(loss) ? [1999, 37] : [20_003, 1];
      const r = random(name);
      const options = variants(loss, width).at(-1)!;
      if (Array.isArray(options.posWeight)) options.posWeight = 0.5;
      const s = sample(loss, r, { dtype, form, rows, width, options });
      const hasWeights = loss.info.shape !== 'regularizer';
      const weights = floats(dtype, samplesOf(s), () => (r.unit() < 0.2 ? 0 : r.between(0.1, 2)));
      for (const shift of [0, 1, 3]) {
        const inside = (x: FloatArray | Int32Array) => {
          const buffer = allocate(x instanceof Int32Array ? 'int32' : dtype, x.length + shift);
          buffer.array.set(x, shift);
          return buffer;
        };
        const buffers = Object.fromEntries(Object.entries(s.inputs).map(([key, x]) => [key, inside(x)]));
        const own = inside(weights);
        // Views are taken for each call anew: growth detaches them.
        const view = (x: typeof own) => x.array.subarray(shift);
        for (const reduction of ['mean', 'sum', 'none']) {
          const more = reductionOf(loss, reduction);
          const copied = run(s, order(loss, s.options), hasWeights ? { ...more, sampleWeight: weights } : more);
          const inputs = Object.fromEntries(Object.entries(buffers).map(([key, x]) => [key, view(x)]));
          const resident = run(
            s,
            order(loss, s.options),
            hasWeights ? { ...more, sampleWeight: view(own) } : more,
            inputs,
          );
          for (const key of ['value', 'grad', 'hess'] as const) {
            expect(difference(resident[key] ?? [], copied[key] ?? []), `${reduction} ${key}, shifted by ${shift}`).toBe(
              null,
            );
          }
        }
        for (const buffer of [own, ...Object.values(buffers)]) buffer.free();
      }
    },
  );
});
