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
});
