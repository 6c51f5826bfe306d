import { type ClassOptions, multiLabel } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { nonNegative, type Resolved, within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, power, sigmoid, softplus, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

const PARAMETERS = /* @__PURE__ */ (() => ({
  gammaPositive: nonNegative(1),
  gammaNegative: nonNegative(4, [0, 0.7]),
  shift: within(0.05, '[0, 1)'),
  classWeight: classVector(),
  ignoreTarget: ignoredTarget(),
}))();

/** Options of {@link asymmetric}. */
export interface AsymmetricOptions extends ClassOptions {
  /** γ₊, how strongly well-classified labels that are there are played down; finite and ≥ 0. Default 1. */
  gammaPositive?: number | undefined;
  /** γ₋, the same for labels that aren't there; finite and ≥ 0. Default 4. */
  gammaNegative?: number | undefined;
  /** s in [0, 1): probabilities up to it of what isn't there cost nothing. Default 0.05. */
  shift?: number | undefined;
  /** cw, one finite weight ≥ 0 per class of multi-label rows: it multiplies the weights, and so the denominator. Default none. */
  classWeight?: PerClass | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Asymmetric loss of many labels: a focal loss that plays down the many labels that aren't there more than the few that are, and leaves
 * out those that are surely absent.
 *
 * ```text
 * y = 1:  L = −(1−p)^γ₊ ln p,        p = σ(z),  z = logit
 * y = 0:  L = −q^γ₋ ln(1−q),         q = max(0, p − s)
 * ∂L/∂z = ∓u^γ (γ l P C/u + P C/w)   u = 1−p or q,  w = 1−u,  l = −ln w,  P = σ(∓z) = 1 − C
 * ∂²L/∂z² = u^γ [γ l A (γ A − P − C μ/u) + 2γ A B + B (C² + μ(C − P))/w]   A = P C/u,  B = P C/w,  μ = 0 or s
 * ```
 * - Shapes: `logits` and `target` of one shape; one loss per element.
 * - Domain: any logits; `target` 0 or 1.
 * - Edges: where q = 0, value and derivatives are 0. Infinite logits give the limits. The Hessian may be negative. NaN stays
 *   in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) times the condition of u^γ, 1 + γ(1 + |ln u|); where q is small, relative to
 *   what rounding p costs it in float64.
 * - PyTorch: none. timm's `AsymmetricLossMultiLabel` adds this up over the classes (and in older versions over the batch), with logarithms cut
 *   off at 1e-8.
 *
 * @param logits - Logits.
 * @param target - Labels, 0 or 1.
 * @param options - {@link AsymmetricOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On targets or options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor (2021), Asymmetric Loss for Multi-Label Classification, https://arxiv.org/abs/2009.14119
 * @example
 * ```ts
 * import { asymmetric } from 'losskit';
 *
 * const { value, grad } = asymmetric.valueAndGrad([0, 0, -4], [1, 0, 0], { reduction: 'none' });
 * console.log([...value].map((v) => v.toFixed(4)).join(', ')); // → 0.3466, 0.0245, 0.0000
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.4233, 0.0731, 0.0000
 * ```
 */
export const asymmetric: SmoothLoss2<AsymmetricOptions> = /* @__PURE__ */ multiLabel({
  name: 'asymmetric',
  family: 'classification',
  kernels,
  inputs: [input('logits'), input('target', 'binary', 'binaryCrossEntropyWithLogits takes soft targets')],
  parameters: PARAMETERS,
  value: (z, y, p) => {
    const { u, l, gamma } = sideOf(z, y, p);
    return unlessNaN(y, u === 0 ? 0 : power(u, gamma) * l);
  },
  grad: { logits: (z, y, p) => slope(z, y, p) },
  hess: {
    logits: (z, y, p) => {
      const { wrong, right, u, w, l, gamma, mu } = sideOf(z, y, p);
      if (u === 0 || right === 0) return unlessNaN(z + y, 0);
      const factor = unlessNaN(y, power(u, gamma));
      if (factor === 0) return 0;
      if (mu === 0) return factor * right * (wrong * (1 + 2 * gamma) + gamma * l * (gamma * right - wrong));
      const [a, b] = [(wrong * right) / u, (wrong * right) / w];
      const shifted = gamma * a - wrong - (right / u) * mu;
      const curved = (right * right + mu * (right - wrong)) / w;
      return factor * (gamma * l * a * shifted + 2 * gamma * a * b + b * curved);
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.logits!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.logits!(x, y, p);
    }
    return sum;
  },
  smoothAt: (z, y, { shift }) => y === 1 || z !== edgeOf(shift),
  properties: {
    convex: false,
    lipschitz: (p) => steepest(p) * largestWeight(p.classWeight),
    kinks: 'q = 0, for y = 0 and gammaNegative = 0',
    torch: null,
    reference: 'Ridnik et al. (2021), Asymmetric Loss for Multi-Label Classification',
  },
});

type Setting = Pick<Resolved<typeof PARAMETERS>, 'gammaPositive' | 'gammaNegative' | 'shift'>;

/** ln(s/(1 − s)), the logit where q becomes 0. */
const edgeOf = (shift: number): number => Math.log(shift) - Math.log(1 - shift);

/** P and C, u and w, l, and what goes with the target: γ and μ. */
function sideOf(z: number, y: number, { gammaPositive, gammaNegative, shift }: Setting) {
  const [zeta, gamma, mu] = y === 1 ? [-z, gammaPositive, 0] : [z, gammaNegative, shift];
  const [wrong, right] = [sigmoid(zeta), sigmoid(-zeta)];
  if (mu === 0) return { wrong, right, u: wrong, w: right, l: softplus(zeta), gamma, mu };
  // (1 − μ) − μ t or t (1 − μ) − μ, over 1 + t, with t = e^−|ζ|; near its zero from the distance to it.
  const t = Math.exp(-Math.abs(zeta));
  const distance = zeta - edgeOf(shift);
  const far = zeta > 0 ? 1 - mu - mu * t : t * (1 - mu) - mu;
  const near = zeta > 0 ? -(1 - mu) * Math.expm1(-distance) : mu * Math.expm1(distance);
  const u = Math.max(0, (Math.abs(distance) < 0.5 ? near : far) / (1 + t));
  const w = right + mu;
  return { wrong, right, u, w, l: Math.log1p(u / w), gamma, mu };
}

/** ∂L/∂z. */
function slope(z: number, y: number, p: Setting): number {
  const { wrong, right, u, w, l, gamma, mu } = sideOf(z, y, p);
  if (u === 0 && mu > 0) return unlessNaN(y, 0);
  const [a, b] = mu === 0 ? [right, wrong] : [(wrong * right) / u, (wrong * right) / w];
  return (y === 1 ? -1 : unlessNaN(y, 1)) * power(u, gamma) * (gamma * (right === 0 ? 0 : l * a) + b);
}

/** The steepest slope, by looking along all logits. */
function steepest(p: Setting): number {
  let most = 0;
  for (let z = -60; z <= 60; z += 1 / 32) most = Math.max(most, Math.abs(slope(z, 1, p)), Math.abs(slope(z, 0, p)));
  return 1.001 * most;
}
