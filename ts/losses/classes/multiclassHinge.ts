import { type ClassOptions, labelled } from '../../core/facade/loss.ts';
import type { LabelLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, nonNegative } from '../../core/model/parameters.ts';
import { sum } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link multiclassHinge}. */
export interface MulticlassHingeOptions extends ClassOptions {
  /** m, by how much the right class must lead; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
  /** Count the best wrong class, or all of them. Default 'crammerSinger'. */
  variant?: 'crammerSinger' | 'westonWatkins' | undefined;
  /** The power of 'westonWatkins'. Default 1. */
  p?: 1 | 2 | undefined;
}

/**
 * Multi-class hinge loss: the right class has to lead the others by a margin.
 *
 * ```text
 * h_j = m + (z_j − z_y),  z = logits,  y = label
 * L = max(0, h_j),  j the best wrong class      (crammerSinger)
 *     Σ_{j≠y} max(0, h_j)^p / K                 (westonWatkins)
 * ∂L/∂z_j = 1   or   p h_j^(p−1)/K   where h_j > 0;   ∂L/∂z_y = −Σ_{j≠y} ∂L/∂z_j
 * ∂²L/∂z_j² = 2/K where h_j > 0 for p = 2, else 0;    ∂²L/∂z_y² = Σ_{j≠y} ∂²L/∂z_j²
 * ```
 * - Shapes: `logits` [n, K], `labels` [n]; one loss per row. The classes may be any `axis`: logits [N, C, H, W] with
 *   `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K).
 * - Edges: of equal best wrong classes the first gets the gradient; at the margin (h = 0) the subgradient is 0. One class: 0.
 *   ∞ − ∞ or a NaN in a row makes that row NaN.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the larger of |z_j − z_y| and m.
 * - PyTorch: `torch.nn.functional.multi_margin_loss` is 'westonWatkins'. Its `weight` isn't here.
 *
 * @param logits - Scores z.
 * @param labels - Classes y.
 * @param options - {@link MulticlassHingeOptions}, with `reduction`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels or options outside their domain, or lengths or shapes that don't agree.
 * @see Crammer, Singer (2001), On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, https://www.jmlr.org/papers/v2/crammer01a.html
 * @see Weston, Watkins (1999), Support Vector Machines for Multi-Class Pattern Recognition, ESANN
 * @example
 * ```ts
 * import { multiclassHinge } from 'losskit';
 *
 * const { value, grad } = multiclassHinge.valueAndGrad([[2, 1.5, 0]], [0]);
 * console.log(value); // → 0.5
 * console.log(grad.join(', ')); // → -1, 1, 0
 * ```
 */
export const multiclassHinge: LabelLoss<MulticlassHingeOptions> = /* @__PURE__ */ labelled({
  name: 'multiclassHinge',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'labels',
  parameters: { margin: nonNegative(1), variant: choice(['crammerSinger', 'westonWatkins']), p: choice([1, 2]) },
  value: ({ logits, label }, { margin, variant, p }) => {
    const half = halfSlacks(logits, label, margin, variant);
    const K = divisor(half, variant);
    // ½h · (½h · 4/K): h² may overflow where the loss doesn't.
    return sum(half.length, (j) => (power(variant, p) === 2 ? half[j]! * (half[j]! * (4 / K)) : half[j]! * (2 / K)));
  },
  grad: ({ logits, label }, { margin, variant, p }, out) => {
    const half = halfSlacks(logits, label, margin, variant);
    const K = divisor(half, variant);
    for (let j = 0; j < half.length; j++) {
      out.logits[j] = power(variant, p) === 2 ? half[j]! * (4 / K) : step(half[j]!) / K;
    }
    out.logits[label] = -sum(half.length, (j) => (j === label ? 0 : out.logits[j]!));
  },
  hess: ({ logits, label }, { margin, variant, p }, out) => {
    const half = halfSlacks(logits, label, margin, variant);
    const bend = power(variant, p) === 2 ? 2 / divisor(half, variant) : 0;
    for (let j = 0; j < half.length; j++) out.logits[j] = bend * step(half[j]!);
    out.logits[label] = bend * sum(half.length, (j) => step(half[j]!));
  },
  smoothAt: ({ logits, label }, { margin }) => {
    const wrong = [...logits].filter((_, j) => j !== label);
    const best = Math.max(...wrong);
    return wrong.every((z) => margin + (z - logits[label]!) !== 0) && wrong.filter((z) => z === best).length < 2;
  },
  properties: {
    convex: true,
    lipschitz: ({ variant, p }) => (variant === 'crammerSinger' ? Math.SQRT2 : p === 1 ? 1 : null),
    kinks: 'a class at the margin (but for p = 2); crammerSinger: two best wrong classes',
    torch: 'torch.nn.functional.multi_margin_loss',
    reference: 'Crammer, Singer (2001), On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines',
  },
});

type Variant = 'crammerSinger' | 'westonWatkins';

/** ½ max(0, h_j) of the classes that count, 0 for the others; all NaN if one is. A whole h may overflow where h/K doesn't. */
function halfSlacks(z: Float64Array, y: number, margin: number, variant: Variant): Float64Array {
  const best = variant === 'crammerSinger' ? bestWrong(z, y) : null;
  const counts = (j: number) => j !== y && (best === null || j === best);
  const half = z.map((zj, j) => (counts(j) ? Math.max(0, 0.5 * margin + (0.5 * zj - 0.5 * z[y]!)) : 0));
  return z.some(Number.isNaN) || half.some(Number.isNaN) ? half.fill(Number.NaN) : half;
}

/** The class with the largest score but y; of equal ones the first. */
function bestWrong(z: Float64Array, y: number): number {
  let best = y === 0 ? 1 : 0;
  for (let j = best + 1; j < z.length; j++) if (j !== y && z[j]! > z[best]!) best = j;
  return best;
}

/** The divisor. */
const divisor = (h: Float64Array, variant: Variant): number => (variant === 'westonWatkins' ? h.length : 1);

/** The power of h. */
const power = (variant: Variant, p: 1 | 2): 1 | 2 => (variant === 'westonWatkins' ? p : 1);

/** 1 for h > 0, 0 for h = 0; NaN stays. */
const step = (h: number): number => Math.sign(h);
