/** What somebody gave to all objects is no option, no argument and no parameter of anything. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { innerOf, namesOf, run, sample, table } from '../support/losses.ts';
import { random } from '../support/random.ts';

/** Every name that an option, an argument or a gradient has, of any loss. */
const names = new Set(['weight', 'hidden', 'bias', 'grads', 'overlaps']);
for (const [, loss] of table) for (const name of [...innerOf(loss)!.options, ...namesOf(loss)]) names.add(name);

/** What a function gives in a world in which all objects have a property. */
function among<T>(name: string, value: unknown, work: () => T): T {
  Object.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true });
  try {
    return work();
  } finally {
    delete (Object.prototype as { [name: string]: unknown })[name];
  }
}

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));
  afterAll(() => L.init({ backend: 'wasm' }).then(() => {}));

  const same = (work: () => unknown): void => {
    const expected = work();
    let turn = 0;
    for (const name of names) {
      const value = [5, [2, 1], 'sum'][turn++ % 3];
      expect(among(name, value, work), `${name}: ${value}`).toEqual(expected);
    }
  };

  it.each(table)('%s', (name, loss) => {
    const s = sample(loss, random(name), { dtype: 'float32', rows: 4, width: 3 });
    same(() => run(s, 1));
  });

  it('a linear layer, a loss of your own, accumulators and objectives', () => {
    const [hidden, weight] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 0, 0, 1, 1, 1)];
    const call = () => L.linearCrossEntropy.valueAndGrad(hidden, weight, [0, 2], { dim: 2 });
    same(call);
    same(() => L.linear(L.quantile)(hidden, weight, new Float32Array(6), { dim: 2, q: 0.2 }));
    same(() => L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 }).valueAndGrad([hidden, hidden], weight));
    same(() => L.accumulator.from(L.accumulator(L.hinge).add([1, 2, 3], [1, 1, -1]).toJSON()).value());
    const formulas = { value: (x: number, y: number) => x * y, grad: (_: number, y: number) => y };
    let made = 0;
    same(() => L.defineLoss({ name: `polluted${made++}`, ...formulas }).valueAndGrad(hidden, hidden));
  });
});
