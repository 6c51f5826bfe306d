/** What losses of regions share: what is made of predictions, and the Tversky index, of which Dice's and Jaccard's are special cases. */

import type { Domain } from '../../core/base/types.ts';
import type { Overlap, Pixel, Region } from '../../core/model/definition.ts';
import { choice, flag, nonNegative, type Parameter } from '../../core/model/parameters.ts';
import { power, sigmoid, unlessNaN } from './math.ts';
import { Softmax } from './softmax.ts';

/** The options that all of them have: s, what makes p of predictions, and a switch that is no number of the kernels'. */
/* @__NO_SIDE_EFFECTS__ */
export const smoothing = () => nonNegative(1e-5, [1, 0]);
/* @__NO_SIDE_EFFECTS__ */
export const activations = () => choice(['none', 'sigmoid', 'softmax']);
/* @__NO_SIDE_EFFECTS__ */
export const overBatch = (): Parameter<boolean> => ({ ...flag(false), encode: null });

/** What the options say of predictions. */
interface Activated {
  readonly activation: 'none' | 'sigmoid' | 'softmax';
}

/** p and 1 − p of a pixel's classes. */
export function activate(pred: Float64Array, { activation }: Activated, { p, rest }: Pixel): void {
  if (activation === 'softmax') {
    const softmax = new Softmax(pred.length).of(pred);
    for (let k = 0; k < pred.length; k++) {
      p[k] = softmax.p(k);
      rest[k] = softmax.rest(k);
    }
    return;
  }
  for (let k = 0; k < pred.length; k++) {
    const z = pred[k]!;
    p[k] = activation === 'none' ? z : sigmoid(z);
    rest[k] = activation === 'none' ? 1 - z : sigmoid(-z);
  }
}

/** Derivatives in the predictions, of those in p. */
export function back({ p, rest }: Pixel, slopes: Float64Array, { activation }: Activated, out: Float64Array): void {
  for (let k = 0; k < p.length; k++) {
    if (activation === 'none') out[k] = slopes[k]!;
    // What has no weight isn't read: not even a NaN of it shows.
    else if (activation === 'sigmoid') out[k] = slopes[k] === 0 ? 0 : slopes[k]! * p[k]! * rest[k]!;
    else out[k] = p[k]! * softmaxSlope(p, rest, slopes, k);
  }
}

/** Σ_{j≠k} p_j (g_k − g_j), which is g_k − Σ_j g_j p_j without what cancels. */
function softmaxSlope(p: Float64Array, rest: Float64Array, slopes: Float64Array, k: number): number {
  let others = 0;
  for (let j = 0; j < p.length; j++) if (j !== k) others += slopes[j]! * p[j]!;
  return slopes[k]! * rest[k]! - others;
}

/** What makes an index of overlap: α and β weigh what is too much and what is missing. */
interface Tversky {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly smooth: number;
}

/** Weights from here on are scaled down, and what is beside them, so that no sum overflows. */
const large = 2 ** 900;
const down = 2 ** -520;

/** x^γ with x = N/(I + N + s), N = α FP + β FN: what 1 − (I + s)/(I + N + s) is, without its difference. */
export function tverskyRegion({ shared: both, beyond, missing }: Overlap, given: Tversky): Region {
  const by = Math.max(given.alpha, given.beta) < large ? 1 : down;
  const [alpha, beta, gamma] = [by * given.alpha, by * given.beta, given.gamma];
  const errors = alpha * beyond + beta * missing;
  const right = by * (both + given.smooth);
  const all = right + errors;
  const x = errors === 0 ? 0 : errors / all;
  const factor = slope(x, gamma);
  // NaN ** 0 is 1.
  const loss = unlessNaN(x, power(x, gamma));
  if (factor === 0 || all === 0) return { loss, over: 0, even: 0, under: 0 };
  const [ofRight, ofErrors] = [right / all, by * (errors / all)];
  return {
    loss,
    over: factor * ((alpha * ofRight) / all),
    even: factor * 0.5 * (((alpha - beta) * ofRight - ofErrors) / all),
    under: -factor * ((beta * ofRight + ofErrors) / all),
  };
}

/** γ x^(γ−1); 0 where that is ∞. */
function slope(x: number, gamma: number): number {
  if (gamma >= 1) return gamma * power(x, gamma - 1);
  return x === 0 || gamma === 0 ? 0 : gamma / power(x, 1 - gamma);
}

/** What predictions may be. */
export const domains = ({ activation }: Activated): { readonly pred: Domain } => ({
  pred: activation === 'none' ? 'unit' : 'real',
});
