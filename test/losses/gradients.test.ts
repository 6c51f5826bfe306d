/** Every loss's derivatives against differences of its values, in double precision, on both backends, wherever it is smooth. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, init } from '../../ts/index.ts';
import { type AnyLoss, argumentsOf, sample, table, targetForms, variants } from '../support/losses.ts';
import { random } from '../support/random.ts';

const rows = 3;
const width = 4;

describe.each(['reference', 'wasm'] as const)('the derivatives of %s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
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
          : [{ reduction: 'sum' }, { reduction: 'mean' }]) {
          const found = checkGradient(loss as never, argumentsOf(loss, s.inputs), { ...s.options, ...reduction });
          const isFine = found.ok || found.checked === 0;
          if (!isFine) expect.fail(`${JSON.stringify(found.worst)} with ${JSON.stringify(s.options)}`);
          count += found.checked;
        }
      }
      expect(count, `nothing was smooth with ${JSON.stringify(options)}`).toBeGreaterThan(30);
    }
  });
});
