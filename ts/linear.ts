/** Losses with a linear layer before them. */

import type { Targets } from './core/base/types.ts';
import { makeLinear } from './core/compose/linear/linear.ts';
import type { Linear, Linearable, LinearLoss } from './core/compose/linear/types.ts';
import { kernels } from './losses/linear/kernels.ts';
import { type CrossEntropyOptions, crossEntropy } from './losses/softmax/crossEntropy.ts';

/**
 * A loss with a linear layer before it, without the matrix of the layer's outputs: a classifier on embeddings, a probe on hidden states, a
 * softmax over many items, logistic or Poisson regression on rows of a table.
 *
 * ```text
 * head(hidden, weight, target) = loss(z, target),  z = hidden·weightᵀ + bias
 * g = ∂L/∂z:  ∂L/∂hidden = g·weight     ∂L/∂weight = gᵀ·hidden     ∂L/∂bias_k = Σ_n g_nk
 * ```
 * - Takes every loss of elements or of rows that is differentiable in its first input alone, those of `defineLoss` too, with all its options;
 *   for the domain, the edges and the accuracy of what is computed from z see there.
 * - Shapes: `hidden` [N, D], `weight` [K, D], `bias` [K]; the target is that of the loss on scores [N, K], and may be [N] where K = 1. Flat arrays
 *   need one of `dim` (D), `classes` (K) and `batch` (N). Leading dimensions of hidden are rows; the last is D.
 * - Gradients: a record with `hidden`, `weight` and, where there is a bias, `bias`; `grads` says which of them are computed, and the bits are the
 *   same whichever. With `reduction: 'none'` only hidden has one a row. There is no second derivative.
 * - Edges: rows of weight 0, and ignored ones, are left out before any product, and never read; their gradient is 0. A class with a bias of −∞ is
 *   left out of a softmax.
 * - Memory: N·K scores are never there at once. Beside what is resident, WebAssembly's memory grows by 16 MiB at most, whatever N and K, as
 *   long as the scores of a row fit (2 million classes in float32), and 40 rows of hidden (100,000 numbers each). Ordinary arrays go through it
 *   block by block, and float16 is widened there.
 * - Accuracy: a sum of n products, in z and in the gradients, is within (8 + log₂ n) ULP of the sum of their magnitudes (at most 3 ULP in
 *   tests on random numbers). A row's scores and gradient don't depend on the rows beside it.
 * - PyTorch: `torch.nn.functional.linear`, then the loss.
 *
 * @param loss - The loss of the scores.
 * @returns The head: a function of (hidden, weight, target, options), with `valueAndGrad` and `info`.
 * @throws {TypeError} On anything but such a loss: regularizers, `elbo`, `ntXent`, `triplet`, losses of lists and sequences.
 * @see Wijmans et al. (2024), Cut Your Losses in Large-Vocabulary Language Models, https://arxiv.org/abs/2411.09009
 * @example
 * ```ts
 * import { linear, mse } from 'losskit';
 *
 * const regression = linear(mse);
 * const rows = [[1, 0], [1, 1], [1, 2]];
 * const { value, grad } = regression.valueAndGrad(rows, [[1, 2]], [1, 3, 8], { grads: ['weight'] });
 * console.log(value, grad.weight.join(', ')); // → 3 -2, -4
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function linear<L extends Linearable>(loss: L): Linear<L> {
  return makeLinear(loss, kernels) as unknown as Linear<L>;
}

/**
 * `linear(crossEntropy)`: multinomial logistic regression, and the head of a language model or of a classifier, without its logits.
 *
 * ```text
 * L = −Σ_k t_k ln softmax(hidden·weightᵀ + bias)_k
 * g = T softmax(z) − t:  ∂L/∂hidden = g·weight     ∂L/∂weight = gᵀ·hidden     ∂L/∂bias_k = Σ_n g_nk
 * ```
 * Shapes, gradients, edges, memory and accuracy are those of `linear`; t, T and the options those of `crossEntropy`.
 * - PyTorch: `torch.nn.functional.linear_cross_entropy`.
 *
 * @param hidden - Rows of D features.
 * @param weight - A row of D numbers for each class.
 * @param target - Labels [N], or dense targets [N, K].
 * @param options - `bias`, `grads`, `dim`, `classes`, `batch`, and those of {@link crossEntropy}.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @example
 * ```ts
 * import { linearCrossEntropy } from 'losskit';
 *
 * const weight = [[1, 0], [0, 1], [0, 0]];
 * const { value, grad } = linearCrossEntropy.valueAndGrad([[2, 1]], weight, [0], { bias: [0, 0, 0] });
 * console.log(value.toFixed(4)); // → 0.4076
 * console.log(Array.from(grad.bias, (g) => g.toFixed(4)).join(', ')); // → -0.3348, 0.2447, 0.0900
 * ```
 */
export const linearCrossEntropy: LinearLoss<CrossEntropyOptions, Targets> = /* @__PURE__ */ linear(crossEntropy);
