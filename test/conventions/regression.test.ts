/** What docs/regression.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, f64, inf, nan, near, none } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('`mse` has no ½: its gradient is 2e.', () => {
    const { value, grad } = L.mse.valueAndGrad([3], [1]);
    expect([value, grad[0]]).toEqual([4, 4]);
  });

  it('`mae` has subgradient 0 at e = 0', () => {
    expect(L.mae.valueAndGrad([1], [1]).grad[0]).toBe(0);
    expect(L.huber.valueGradHess([1, -1], [0, 0], { delta: 1, ...none }).hess).toEqual(f64(1, 1));
    expect(L.smoothL1.valueGradHess([2, -2], [0, 0], { beta: 2, ...none }).hess).toEqual(f64(0.5, 0.5));
  });

  it('Nothing broadcasts', () => {
    const tensor = (...shape: number[]) => ({ data: f64(1, 2), shape });
    expect(() => L.mse(tensor(2, 1), tensor(2))).toThrow(RangeError);
    expect(() => L.mse([1, 2], [1])).toThrow(RangeError);
    expect(L.mse(f64(1, 2), [[1, 2]])).toBe(0);
  });

  it('`sampleWeight` has one entry per element or, for rows, one per row.', () => {
    near(L.mse([1, 2], [0, 0], { sampleWeight: [1, 3] }), 13 / 4);
    near(
      L.mse(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [0, 0],
          [0, 0],
        ],
        { sampleWeight: [1, 3] },
      ),
      80 / 8,
    );
  });

  it('NaN and ±∞ stay in their element', () => {
    const { value, grad } = L.mse.valueAndGrad([1, nan, inf], [0, 0, 0], none);
    expect([...value, ...grad]).toEqual([1, nan, inf, 2, nan, inf]);
    expect(L.mse([1, nan], [0, 0], { sampleWeight: [1, 0] })).toBe(1);
  });

  it('The Hessian of `quantile`, `mae` and `mape` is 0.', () => {
    for (const loss of [L.quantile, L.mae, L.mape]) {
      expect([...loss.valueGradHess([1, 2], [3, 1], { reduction: 'sum' }).hess]).toEqual([0, 0]);
      expect([...loss.valueGradHess([1, 2], [3, 1], { reduction: 'sum', hessianFloor: 1 }).hess]).toEqual([1, 1]);
    }
  });

  it('refuses numbers ≤ −1; nothing is clamped', () => {
    const e = 3 + 1e-9 - 3;
    near(L.msle([3 + 1e-9], [3]) / (e / 4) ** 2, 1 - e / 4);
    for (const [pred, target] of [
      [-1, 0],
      [0, -1],
    ] as const)
      expect(() => L.msle([pred], [target])).toThrow(RangeError);
    near(L.msle([-0.5], [0]), Math.LN2 ** 2);
  });

  it('`logCosh` keeps all its digits near 0', () => {
    near(L.logCosh([1e-8], [0]) / 5e-17, 1);
    near(L.logCosh([1e5], [0]) / (1e5 - Math.LN2), 1);
  });

  it('`quantile` and `mape` have subgradient 0 at e = 0, `expectile` has the second derivative 2τ there.', () => {
    all(L.quantile.valueAndGrad([1, 2, 0], [1, 1, 1], { q: 0.9, reduction: 'none' }).grad, [0, 0.1, -0.9]);
    all(L.mape.valueAndGrad([2, 3], [2, 2], none).grad, [0, 0.5]);
    all(L.expectile.valueGradHess([1, 2, 0], [1, 1, 1], { tau: 0.8, reduction: 'none' }).hess, [1.6, 0.4, 1.6]);
  });

  it('`pseudoHuber` and `fair` keep all their digits near 0: an error of 1e-10 costs 5e-21.', () => {
    near(L.pseudoHuber([1e-10], [0]) / 5e-21, 1);
    // e²/2 − |e|³/3
    near(L.fair([1e-10], [0]) / (5e-21 * (1 - 2e-10 / 3)), 1);
    // By a root, or by a logarithm of 1 + x, that would be 0.
    expect(Math.sqrt(1 + 1e-20) - 1).toBe(0);
  });

  it('`mape` is a fraction, not percent, and divides by `eps` where the target is smaller than that.', () => {
    all(L.mape([3, 1e-3], [2, 0], { eps: 0.01, reduction: 'none' }), [0.5, 0.1]);
  });
});
