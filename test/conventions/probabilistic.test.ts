/** What docs/probabilistic.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, inf, nan, near } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('p_k = 0 is exactly 0, whatever q_k; p_k > 0 with q_k = 0 is +∞', () => {
    expect(L.klDivergence([[nan, 1]], [[0, 1]])).toBe(0);
    expect(L.klDivergence([[0, 1]], [[0.5, 0.5]])).toBe(inf);
    // Not renormalised: Σp is 2.
    near(L.klDivergence([[1, 0.5]], [[1, 1]]), Math.LN2);
  });

  it('take the logarithm of the variance: no clamp is needed', () => {
    near(L.gaussianNll([0], [0], [-700]), -350);
    near(L.gaussianKl([0], [-700], { dim: 1 }), 349.5);
  });

  it("doesn't cancel near v = 0 and is never negative", () => {
    const v = 1e-9;
    near(L.gaussianKl([0], [v], { dim: 1 }) / ((v * v) / 4), 1 + v / 3);
    for (let i = -60; i < 60; i++) expect(L.gaussianKl([0], [i / 1e5], { dim: 1 })).toBeGreaterThanOrEqual(0);
  });

  it('`elbo` sums over features and latents, and averages over rows.', () => {
    const parts = { recon: [1, 2, 3, 4], target: [0, 0, 0, 0], mu: [1, 3], logVar: [0, 0] };
    const { value, reconstruction, kl } = L.elbo.valueAndGrad(parts, { batch: 2, likelihood: 'gaussian', beta: 2 });
    all([value, reconstruction, kl] as number[], [12.5, 7.5, 2.5]);
  });

  it('`entropy` is concave', () => {
    const H = (p: number) => L.entropy([[p, 1 - p]]);
    expect(H(0.5)).toBeGreaterThan((H(0.2) + H(0.8)) / 2);
    expect(L.entropy.valueAndGrad([[0, 1]]).grad[0]).toBe(inf);
  });
});
