import type { Labels, OutOptions, SampleOptions, WidthOptions } from '../../core/base/types.ts';
import { sequence } from '../../core/facade/loss.ts';
import type { SequenceLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, whole } from '../../core/model/parameters.ts';
import { lengths } from '../../core/read/lengths.ts';
import { forward, slopes, softmaxSteps, statesOf, stepsNeeded } from '../formulas/lattice.ts';
import { kernels } from './kernels.ts';

/** Options of {@link ctc}. */
export interface CtcOptions extends SampleOptions, Omit<WidthOptions, 'dim'>, OutOptions {
  /** Steps of each sequence, at most T: what comes after them isn't read. Default: T for all. */
  inputLengths?: Labels | null | undefined;
  /** Labels of each sequence, at most L: those after them are padding. Default: L for all. */
  labelLengths?: Labels | null | undefined;
  /** The class that stands for no label. Default 0. */
  blank?: number | undefined;
  /** The loss of a sequence whose labels can't be spelt in its steps: 'infinity', or 'zero', which leaves it out. Default 'infinity'. */
  infeasible?: 'infinity' | 'zero' | undefined;
}

/**
 * Connectionist temporal classification: labels in the right order, when nobody knows in which steps they come. For speech, handwriting and
 * whatever else is read as it goes by.
 *
 * ```text
 * L = −ln Σ_π Π_t p_t(π_t),  p_t = softmax(logits_t)
 *     π: paths of one class a step, which spell the labels once equal neighbours are taken as one and blanks left out
 * ∂L/∂z_tk = p_t(k) − occupancy_t(k),  the share of that sum whose paths have π_t = k
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `logits` [N, T, C], unnormalised, or flat with `shape` or `batch` and `classes`; `labels` [N, L], padded, or flat. One loss and one weight a
 *   sequence, as long as `inputLengths` and `labelLengths` say.
 * - Domain: any logits; labels in use are integers in [0, C) other than `blank`; lengths whole numbers up to T and L.
 * - Edges: what lies beyond the lengths isn't read and has gradient 0. Equal labels in a row need a blank between them: with fewer steps than
 *   labels and such blanks, or where all paths have probability 0, the sequence is infeasible: +∞ with gradient 0, or with
 *   `infeasible: 'zero'` 0 with gradient 0, its weight kept. No labels: the paths are all blanks. Masked (−∞) classes get gradient 0.
 *   A NaN, or a step without a softmax, makes its own sequence NaN and no other.
 * - Accuracy: computed in double precision whatever the type: the value to 10⁻¹² of max(1, |L|), the gradient to 4 ULP (float32) or 10⁻¹¹
 *   (float64) of the larger of p and the occupancy, for any number of steps. Memory O(T·L), one sequence at a time.
 * - PyTorch: `torch.nn.functional.ctc_loss(log_probs, …)` takes log-softmax [T, N, C], and its mean divides each loss by the length of its
 *   labels: give those as `sampleWeight: 1/length` with `reduction: 'sum'`, and divide by N. Its `zero_infinity` is `infeasible: 'zero'`.
 *
 * @param logits - Unnormalised scores of the classes in each step.
 * @param labels - What the steps spell.
 * @param options - {@link CtcOptions}, with `reduction`.
 * @returns The mean over the sequences, the sum, or with `reduction: 'none'` one loss per sequence.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, lengths or options outside their domain, or shapes that don't agree.
 * @see Graves, Fernández, Gomez, Schmidhuber (2006), Connectionist Temporal Classification, https://doi.org/10.1145/1143844.1143891
 * @example
 * ```ts
 * import { ctc } from 'losskit';
 *
 * // Two steps of blank and one label: of four paths, three spell it.
 * const { value, grad } = ctc.valueAndGrad([[[0, 0], [0, 0]]], [[1]]);
 * console.log(value.toFixed(4)); // → 0.2877
 * console.log(Array.from(grad, (g) => g.toFixed(4)).join(', ')); // → 0.1667, -0.1667, 0.1667, -0.1667
 * ```
 */
export const ctc: SequenceLoss<CtcOptions> = /* @__PURE__ */ sequence({
  name: 'ctc',
  family: 'sequences',
  kernels,
  inputs: [input('logits')],
  parameters: {
    inputLengths: lengths(),
    labelLengths: lengths(),
    blank: whole(0, [1]),
    infeasible: choice(['infinity', 'zero']),
  },
  kernelParameters: ({ blank, infeasible }) => [blank, infeasible === 'zero' ? 1 : 0],
  value: ({ logits, steps, classes, labels }, { blank, infeasible }, grad) => {
    const none = infeasible === 'zero' ? 0 : Infinity;
    if (stepsNeeded(labels) > steps) return none;
    const states = statesOf(labels, blank);
    const softmax = softmaxSteps(logits, steps, classes, states);
    if (softmax === null) {
      grad?.fill(Number.NaN);
      return Number.NaN;
    }
    const { alpha, loss } = forward(states, softmax);
    if (loss === Infinity) return none;
    if (grad !== null && steps > 0) slopes(states, softmax, alpha, grad);
    return loss;
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: '',
    torch: 'torch.nn.functional.ctc_loss',
    reference: 'Graves, Fernández, Gomez, Schmidhuber (2006), Connectionist Temporal Classification',
  },
});
