/** What docs/metric-learning.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, near, none } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('`contrastive`: y = 1 means the same.', () => {
    const options = { dim: 2, margin: 6, ...none };
    all(L.contrastive([3, 4, 3, 4], [0, 0, 0, 0], [1, 0], options), [25, 1]);
  });

  it('At distance 0 and at the margin the subgradient is 0', () => {
    const grad = (z1: number[], z2: number[]) => L.contrastive.valueAndGrad(z1, z2, [0], { dim: 2, margin: 5 }).grad;
    all(grad([1, 2], [1, 2]).z1, [0, 0]);
    all(grad([3, 4], [0, 0]).z1, [0, 0]);
  });

  it('Of equal distances `swap` keeps d(a,n)', () => {
    const { grad } = L.triplet.valueAndGrad([0, 0], [0, 0], [1, 0], { dim: 2, margin: 2, swap: true });
    all(grad.anchor, [2, 0]);
    all(grad.positive, [0, 0]);
    const cosine = L.triplet.valueAndGrad([0, 0], [1, 0], [0, 1], { dim: 2, distance: 'cosine' });
    near(cosine.value, 1);
    all(cosine.grad.anchor, [0, 0]);
  });

  it('`triplet` averages over all triplets', () => {
    near(L.triplet([0, 0], [1, 0], [1, 9], { dim: 1 }), 0.5);
  });

  it('`cosineEmbedding`: y = 1 means the same, y = −1 not', () => {
    all(L.cosineEmbedding([1, 0, 1, 0], [1, 0, 1, 0], [1, -1], { dim: 2, ...none }), [0, 1]);
  });

  it("`infoNce`: key i is query i's; keys beyond the queries are negatives", () => {
    const value = L.infoNce([1, 0], [1, 0, 0, 1, 0, 1], { dim: 2, temperature: 1 });
    near(value, Math.log(Math.E + 2) - 1);
  });

  it('`sigLip` is a sum over all pairs divided by N, not by N²', () => {
    const value = L.sigLip([1, 0, 0, 1], [1, 0, 0, 1], { dim: 2, scale: 1e-300, bias: 0 });
    near(value, (4 * Math.LN2) / 2);
  });

  it('an embedding that is alone in its class is no anchor', () => {
    const z = [1, 0, 1, 0, 0, 1];
    const { value, totalWeight } = L.supCon.valueAndGrad(z, [0, 0, 1], { dim: 2, temperature: 1 });
    expect(totalWeight).toBe(2);
    near(value, Math.log(Math.E + 1) - 1);
    all(L.supCon(z, [0, 0, 1], { dim: 2, temperature: 1, ...none }).slice(2), [0]);
  });

  it('returns `parameterGrad` beside `grad`', () => {
    const [a, b] = [
      [1, 2, 3, -1],
      [1, 1, 0, 2],
    ];
    const names = (result: { parameterGrad: object }) => Object.keys(result.parameterGrad);
    for (const loss of [L.ntXent, L.infoNce])
      expect(names(loss.valueAndGrad(a, b, { dim: 2 }))).toEqual(['temperature']);
    expect(names(L.supCon.valueAndGrad(a, [0, 0], { dim: 2 }))).toEqual(['temperature']);
    expect(names(L.sigLip.valueAndGrad(a, b, { dim: 2 }))).toEqual(['scale', 'bias']);
    const at = (t: number) => L.infoNce(a, b, { dim: 2, temperature: Math.exp(-t) });
    const { parameterGrad } = L.infoNce.valueAndGrad(a, b, { dim: 2, temperature: Math.exp(-0.3) });
    expect((at(0.3001) - at(0.2999)) / 2e-4).toBeCloseTo(-Math.exp(-0.3) * parameterGrad.temperature, 6);
  });

  it('leaves a view out of its own sum by index, not by value', () => {
    const [za, zb] = [
      [1, 0, 1, 0],
      [1, 0, 1, 0],
    ];
    near(L.ntXent(za, zb, { dim: 2 }), Math.log(3));
    expect(L.ntXent(za, zb, { dim: 2, ...none }).length).toBe(4);
    expect(() => L.ntXent.valueAndGrad(za, zb, { dim: 2, ...none })).toThrow(RangeError);
    expect(() => L.ntXent(za, zb, { dim: 2, sampleWeight: [1, 1] } as never)).toThrow(TypeError);
    expect(() => L.accumulator(L.ntXent as never)).toThrow(TypeError);
  });

  it.runIf(backend === 'wasm')('Memory is O(N·D): the table of all similarities is never built.', () => {
    const z = new Float32Array(4000 * 8).map((_, i) => Math.sin(i));
    const bytes = () => {
      const buffer = L.allocate('int32', 1);
      const { byteLength } = buffer.array.buffer;
      buffer.free();
      return byteLength;
    };
    const before = bytes();
    L.ntXent.valueAndGrad(
      z,
      z.map((x) => -x),
      { dim: 8 },
    );
    // The table has 8000² numbers, 256 MB.
    expect(bytes() - before).toBeLessThan(8e6);
  });

  it('`hingeEmbedding` and `marginRanking`: y is 1 or −1. At the margin the subgradient is 0', () => {
    all(L.hingeEmbedding.valueAndGrad([1, 2, 0.5], [-1, 1, -1], { reduction: 'none' }).grad, [0, 1, -1]);
    const { value, grad } = L.marginRanking.valueAndGrad([1, 1], [1, 2], [1, 1], { reduction: 'none' });
    all(value, [0, 1]);
    all(grad.a, [0, -1]);
    expect(() => L.hingeEmbedding([1], [0])).toThrow(/target\[0\]/);
    expect(() => L.marginRanking([1], [1], [0])).toThrow(/target\[0\]/);
  });
});
