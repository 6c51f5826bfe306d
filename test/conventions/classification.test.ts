/** What docs/classification.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, inf, nan, near, none } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('Labels are integers in [0, K)', () => {
    expect(() => L.crossEntropy([[1, 2]], [2])).toThrow(/^crossEntropy: labels\[0\] = 2 is out of range/);
    expect(() => L.crossEntropy([[1, 2]], [[0.5, 1.5]])).toThrow(RangeError);
    for (const loss of [L.hinge, L.squaredHinge]) expect(() => loss([1, 1], [1, 0])).toThrow(/target\[1\]/);
    for (const loss of [L.binaryFocal, L.binaryFocalWithLogits]) {
      expect(() => loss([0.5, 0.5], [1, -1])).toThrow(/target\[1\]/);
    }
  });

  it('`ignoreTarget` does for elements of binary losses', () => {
    const { value, grad } = L.hinge.valueAndGrad([0.5, nan, 2], [1, 255, -1], { ignoreTarget: 255 });
    near(value, (0.5 + 3) / 2);
    all(grad, [-0.5, 0, 0.5]);
  });

  it('are never read, so NaN there does no harm', () => {
    const options = { ignoreIndex: -100 };
    const { value, grad } = L.crossEntropy.valueAndGrad(
      [
        [nan, inf],
        [0, 0],
      ],
      [-100, 1],
      options,
    );
    near(value, Math.LN2);
    all(grad, [0, 0, 0.5, -0.5]);
    expect(() => L.crossEntropy([[0, 0]], [-100])).toThrow(/out of range/);
  });

  it('a class masked by −∞ has loss and gradient 0', () => {
    const masked = L.crossEntropy.valueAndGrad([[0, -inf, 0]], [0]);
    near(masked.value, Math.LN2);
    expect(masked.grad[1]).toBe(0);
    expect(L.crossEntropy([[0, -inf, 0]], [1])).toBe(inf);
    for (const row of [
      [-inf, -inf],
      [inf, inf],
    ])
      expect(L.crossEntropy([row], [0])).toBeNaN();
  });

  it('0·ln 0 = 0.', () => {
    expect(L.binaryCrossEntropy([0, 1], [0, 1])).toBe(0);
    expect([...L.binaryCrossEntropy([0, 1], [1, 0], none)]).toEqual([inf, inf]);
    const { value, grad } = L.binaryCrossEntropy.valueAndGrad([0], [1], { eps: 1e-3 });
    near(value, -Math.log(1e-3));
    near(grad[0]! / -1000, 1);
  });

  it('the subgradient at the margin is 0; of equal best wrong classes', () => {
    expect(L.hinge.valueAndGrad([1], [1]).grad[0]).toBe(0);
    all(L.multiclassHinge.valueAndGrad([[0, 2, 2]], [0]).grad, [-1, 1, 0]);
  });

  it('`posWeight` and `alpha` scale the loss, not the denominator', () => {
    const [z, y] = [
      [0, 0],
      [1, 0],
    ];
    near(L.binaryCrossEntropyWithLogits(z, y, { posWeight: 3 }), 2 * Math.LN2);
    near(L.focal([z], [0], { alpha: 4, gamma: 0 }), 4 * Math.LN2);
    near(L.crossEntropy([z, [0, 9]], [0, 1], { classWeight: [3, 1], sampleWeight: [1, 0] }), Math.LN2);
    near(L.crossEntropy([z], [0], { divisor: 4 }), Math.LN2 / 4);
    const nothing = L.crossEntropy.valueAndGrad([z], [0], { sampleWeight: [0] });
    expect([nothing.value, ...nothing.grad]).toEqual([0, 0, 0]);
  });

  it('`asymmetric`: where p ≤ `shift`, an absent label has loss and gradient 0', () => {
    const { value, grad } = L.asymmetric.valueAndGrad([-3, -800, -800], [0, 0, 1], none);
    // σ(−3) is 0.047. A logarithm cut off at 1e-8 would be 18.4, with gradient 0.
    all(value, [0, 0, 800]);
    all(grad, [0, 0, -1]);
  });

  it("`softMargin` doesn't overflow: at z = −1000 the loss is 1000 and the gradient −1.", () => {
    const { value, grad } = L.softMargin.valueAndGrad(Float32Array.of(-1000, 1000), [1, 1], none);
    all(value, [1000, 0]);
    all(grad, [-1, -0]);
  });

  it('`generalizedCrossEntropy` is exact as q → 0', () => {
    const z = [[2, -1, 0.5]];
    for (const q of [1e-8, 1e-12, 1e-300]) {
      near(L.generalizedCrossEntropy(z, [1], { q }), L.crossEntropy(z, [1]) * (1 - (q * L.crossEntropy(z, [1])) / 2));
    }
    // 1 − p of the right class, which is e^−60 and would be 0 by a difference.
    const { value, grad } = L.generalizedCrossEntropy.valueAndGrad([[60, 0]], [0], { q: 1 });
    near(value / Math.exp(-60), 1);
    near(grad[1]! / Math.exp(-60), 1);
  });

  it('sums the other probabilities for 1 − p, so that nothing is lost as p → 1', () => {
    const [poly, plain] = [L.poly1([[60, 0]], [0], { epsilon: 3 }), L.crossEntropy([[60, 0]], [0])];
    near((poly - plain) / Math.exp(-60), 3);
  });
});
