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

  it("`poissonNll` has no `eps`: with `input: 'rate'` a rate of 0 costs 0 where y = 0, and +∞ where y > 0.", () => {
    const rate = { input: 'rate', reduction: 'none' } as const;
    all(L.poissonNll([0, 0, 1e-9], [0, 1, 1], rate), [0, inf, 1e-9 - Math.log(1e-9)]);
    // 1 − y/f: with ε within the logarithm it would be 1 − y/(f + ε), −99 in place of −1e9.
    near(L.poissonNll.valueAndGrad([1e-9], [1], rate).grad[0]! / (1 - 1e9), 1);
  });

  it("`full` adds ln Γ(y + 1) for every y, not Stirling's approximation for y > 1; it changes no gradient.", () => {
    const y = [0, 0.5, 1, 2, 3, 10];
    const gamma = [0, Math.log(Math.sqrt(Math.PI) / 2), 0, Math.log(2), Math.log(6), Math.log(3628800)];
    const f = y.map((_, i) => i / 2 - 1);
    const [plain, full] = [false, true].map((full) => L.poissonNll.valueAndGrad(f, y, { full, reduction: 'none' }));
    all(
      full!.value.map((x, i) => x - plain!.value[i]!),
      gamma,
    );
    expect(full!.grad).toEqual(plain!.grad);
  });

  it('`gammaNll` and `tweedie` are likelihoods less what depends on the target alone', () => {
    const deviances = {
      gammaNll: (y: number, mean: number) => 2 * ((y - mean) / mean - Math.log(y / mean)),
      tweedie: (y: number, mean: number) =>
        2 * (y ** 0.5 / (-0.5 * 0.5) - (y * mean ** -0.5) / -0.5 + mean ** 0.5 / 0.5),
    };
    for (const [loss, deviance] of [
      [L.gammaNll, deviances.gammaNll],
      [L.tweedie, deviances.tweedie],
    ] as const) {
      for (const [y, f] of [
        [2, 0.1],
        [0.3, 1],
        [5, Math.log(5)],
      ] as const) {
        // Twice the distance to the best there is, with the factor 2, and never below 0.
        const twice = 2 * (loss([f], [y]) - loss([Math.log(y)], [y]));
        near(twice, deviance(y, Math.exp(f)));
        expect(twice).toBeGreaterThanOrEqual(-1e-15);
      }
    }
    expect(L.gammaNll([-1], [0.1])).toBeLessThan(0);
  });

  it('`jensenShannon` is finite where one of the distributions has zeros, and never above the entropy of β', () => {
    const { value, grad } = L.jensenShannon.valueAndGrad([[0, 1]], [[1, 0]]);
    near(value, Math.LN2);
    expect(grad[1]).not.toBeNaN();
    near(L.jensenShannon([[0, 1]], [[1, 0]], { beta: 0.1 }), -(0.1 * Math.log(0.1) + 0.9 * Math.log(0.9)));
    expect(L.jensenShannon([[0.3, 0.7]], [[0.3, 0.7]])).toBe(0);
    // A mixture clamped at 1e-7 would make this 1.4e-7 or so, not 6.9e-11.
    near(L.jensenShannon([[1, 0]], [[1, 1e-10]]) / (0.5e-10 * Math.LN2), 1);
  });

  it('`temperature` divides logits alone', () => {
    const [q, p] = [[[1, 0, -1]], [[0.5, 0.1, 0]]];
    const options = { input: 'logits', target: 'logits' } as const;
    const halves = (x: number[][]) => x.map((row) => row.map((z) => z / 2));
    for (const loss of [L.klDivergence, L.jensenShannon]) {
      near(loss(q, p, { ...options, temperature: 2 }), loss(halves(q), halves(p), options));
    }
  });
});
