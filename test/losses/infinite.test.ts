/** Infinite numbers, one or two of a row: both backends have limits, infinities and NaN in the same places. */
import { expect, it } from 'vitest';
import { init } from '../../ts/index.ts';
import { cases, order, reductionOf } from '../support/cases.ts';
import { inputsOf, isRows, run, sample, variants } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { flat } from '../support/ulp.ts';

const picture = (x: number): string => (Number.isNaN(x) ? 'n' : x === Infinity ? '+' : x === -Infinity ? '-' : '.');
const places = (x: unknown): string =>
  flat(x as never)
    .map(picture)
    .join('');

it.each(cases((loss) => loss.info.shape !== 'batch'))('$name $dtype $form', async ({ name, loss, dtype, form }) => {
  const r = random(`${name} infinite`);
  const [rows, width] = isRows(loss) ? [4, 3] : [6, 2];
  for (const options of variants(loss, width)) {
    const whole = sample(loss, r, { dtype, form, rows, width, options });
    for (const input of inputsOf(loss, options)) {
      if (!input.differentiable || input.domain !== 'real') continue;
      const data = whole.inputs[input.name]!.slice();
      const row = r.below(rows) * Math.floor(data.length / rows);
      for (const count of [1, 2]) {
        for (let i = 0; i < count; i++) data[row + r.below(width)] = r.unit() < 0.5 ? Infinity : -Infinity;
        const s = { ...whole, inputs: { ...whole.inputs, [input.name]: data } };
        const seen: string[] = [];
        for (const backend of ['reference', 'wasm'] as const) {
          await init({ backend });
          const { value, grad, hess } = run(s, order(loss, s.options), reductionOf(loss, 'none'));
          seen.push([value, grad, hess ?? []].map(places).join(' '));
        }
        expect(seen[1], `${input.name} ${[...data]} ${JSON.stringify(options)}`).toBe(seen[0]);
      }
    }
  }
});
