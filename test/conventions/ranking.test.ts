/** What docs/ranking.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, inf, near } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('Rows are lists. Lists of different lengths lie one after another', () => {
    const ragged = L.rankingSoftmax.valueAndGrad([1, 2, 3], [0, 1, 1], { groups: [2, 1] });
    const padded = L.rankingSoftmax.valueAndGrad(
      [
        [1, 2],
        [3, -inf],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    );
    near(ragged.value, padded.value);
    all(padded.grad, [...ragged.grad, 0]);
  });

  it('Each list counts as one, however long', () => {
    near(L.rankingSoftmax([0, 0, 5], [1, 0, 1], { groups: [2, 1] }), Math.LN2 / 2);
    near(L.rankingSoftmax([0, 0, 5], [1, 0, 1], { groups: [2, 0, 1] }), Math.LN2 / 2);
    near(L.rankingSoftmax([0, 0, 5], [1, 0, 1], { groups: [2, 1], sampleWeight: [3, 1] }), (3 * Math.LN2) / 4);
    near(L.rankNet([0, 0, 1, 2], [1, 0, 7, 7], { groups: [2, 2] }), Math.LN2);
  });

  it('takes elements of equal relevance in the order in which they stand', () => {
    const at = (...s: number[]) => L.listMle([s], [[1, 1]]);
    near(at(2, 0), Math.log1p(Math.exp(-2)));
    near(at(0, 2), Math.log1p(Math.exp(2)));
  });

  it('`rankNet` compares each pair without a list of pairs', () => {
    const K = 2000;
    const scores = new Float32Array(K).fill(1);
    const relevance = Float32Array.from({ length: K }, (_, i) => i);
    expect(L.rankNet(scores, relevance, { classes: K }) / Math.LN2).toBeCloseTo(1, 7);
  });
});
