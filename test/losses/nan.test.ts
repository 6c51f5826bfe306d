/** NaN in any place of any input: both backends show it in the same results, and in none of other samples. */
import { expect, it } from 'vitest';
import { init } from '../../ts/index.ts';
import { cases, order, reductionOf } from '../support/cases.ts';
import { isRows, run, sample, samplesOf, variants } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { flat } from '../support/ulp.ts';

const places = (x: unknown): string =>
  flat(x as never)
    .map((y) => (Number.isNaN(y) ? 'n' : '.'))
    .join('');

it.each(cases((loss) => loss.info.shape !== 'batch'))('$name $dtype $form', async ({ name, loss, dtype, form }) => {
  const r = random(`${name} NaN`);
  for (const options of variants(loss, 3)) {
    const [rows, width] = isRows(loss) ? [7, 3] : [20, 1];
    const whole = sample(loss, r, { dtype, form, rows, width, options: isRows(loss) ? options : scalars(options) });
    for (const [input, data] of Object.entries(whole.inputs)) {
      if (data instanceof Int32Array) continue;
      const poisoned = data.slice();
      const place = r.below(data.length);
      poisoned[place] = Number.NaN;
      const s = { ...whole, inputs: { ...whole.inputs, [input]: poisoned } };
      const seen: string[] = [];
      for (const backend of ['reference', 'wasm'] as const) {
        await init({ backend });
        const { value, grad, hess } = run(s, order(loss, s.options), reductionOf(loss, 'none'));
        seen.push([value, grad, hess ?? []].map(places).join(' '));
        if (loss.info.shape === 'regularizer' || loss.info.shape === 'region') continue;
        const row = Math.floor((place * samplesOf(s)) / data.length);
        expect(places(value).indexOf('n'), `${backend} ${input} ${JSON.stringify(options)}`).toBeOneOf([row, -1]);
      }
      expect(seen[1], `${input}[${place}] ${JSON.stringify(options)}`).toBe(seen[0]);
    }
  }
});

/** Options of elements that stand in no rows. */
const scalars = (options: { [name: string]: unknown }) =>
  Object.fromEntries(Object.entries(options).filter(([, x]) => !Array.isArray(x)));
