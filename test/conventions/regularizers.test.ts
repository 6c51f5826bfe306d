/** What docs/regularizers.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { f64, inf, nan, none } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('Penalties are sums: no `reduction`, no weights', () => {
    expect(L.l2([1, 2])).toBe(5);
    for (const option of [{ reduction: 'mean' }, { sampleWeight: [1, 1] }]) {
      expect(() => L.l2([1, 2], option as never)).toThrow(TypeError);
    }
  });

  it('`penalty` comes back without λ', () => {
    const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 0.5 });
    const { value, penalty, grad } = J.valueAndGrad([[1], [0]], [3]);
    expect([value, penalty, (grad.params as Float64Array)[0]]).toEqual([5.5, 9, 3]);
  });

  it('The subgradient of |θ| at 0 is 0', () => {
    expect([...L.l1.valueAndGrad([0, -2, 2]).grad]).toEqual([0, -1, 1]);
  });

  it('`l2` is Σθ², so its gradient is 2λθ', () => {
    expect([...L.l2.valueAndGrad([3]).grad]).toEqual([6]);
    expect(L.elasticNet([3], { l1Ratio: 0 })).toBe(L.l2([3], { half: true }));
  });

  it('λ must be finite and ≥ 0.', () => {
    for (const lambda of [-1, inf, nan]) expect(() => L.objective({ loss: L.mse, lambda })).toThrow(RangeError);
    const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 });
    expect(() => J([[1], [0], none] as never, [1])).toThrow(RangeError);
  });

  it('Biases are usually not penalised: leave them out of `params`.', () => {
    const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 });
    const weights = f64(2);
    expect(J([[1], [0]], weights)).toBe(5);
  });
});
