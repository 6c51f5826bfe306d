/** What the types promise. Nothing here runs: `tsc` checks it, and each line marked as an error must be one. */

import type { HalfArray } from '../../ts/index.ts';
import {
  accumulator,
  allocate,
  binaryCrossEntropy,
  chooseLoss,
  contrastive,
  crossEntropy,
  elbo,
  entropy,
  focal,
  gaussianNll,
  huber,
  init,
  klDivergence,
  l2,
  linear,
  linearCrossEntropy,
  mse,
  multiclassHinge,
  ntXent,
  objective,
  oneHot,
  triplet,
} from '../../ts/index.ts';

/** True for the same type, neither wider nor narrower. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Single = Float32Array<ArrayBuffer>;
type Double = Float64Array<ArrayBuffer>;
/** Compiles where x has the type T exactly. */
const is =
  <T>() =>
  <U>(_: U, ..._same: Same<T, U> extends true ? [] : [never]): void => {};

declare const f32: Float32Array;
declare const f64: Float64Array;
declare const labels: Int32Array;
declare const anyReduction: 'mean' | 'sum' | 'none';

// The reduction decides between a number and an array, the inputs which array.
is<number>()(mse(f32, f32));
is<number>()(mse(f32, f32, { reduction: 'sum' }));
is<Single>()(mse(f32, f32, { reduction: 'none' }));
is<Double>()(mse(f64, f64, { reduction: 'none' }));
is<Double>()(mse([1], [2], { reduction: 'none' }));
is<Single>()(mse(f32, [2], { reduction: 'none' }));
is<number | Single>()(mse(f32, f32, { reduction: anyReduction }));
is<Single>()(crossEntropy(f32, labels, { reduction: 'none' }));
is<Double>()(crossEntropy([[1, 2]], [0], { reduction: 'none' }));
is<Single>()(mse(allocate('float32', 2), f32, { reduction: 'none' }));

// One differentiable input: an array; several: a record.
is<Single>()(huber.valueAndGrad(f32, f32).grad);
is<Double>()(crossEntropy.valueGradHess(f64, labels).hess);
is<{ mean: Single; logVar: Single }>()(gaussianNll.valueAndGrad(f32, f32, f32).grad);
is<{ anchor: Double; positive: Double; negative: Double }>()(triplet.valueAndGrad(f64, f64, f64, { dim: 2 }).grad);
is<{ za: Single; zb: Single }>()(ntXent.valueAndGrad(f32, f32, { dim: 2 }).grad);
const bound = elbo.valueAndGrad({ recon: f32, target: f32, mu: f32, logVar: f32 }, { batch: 1 });
is<{ recon: Single; mu: Single; logVar: Single }>()(bound.grad);
is<number>()(bound.kl);
is<number>()(l2(f32, { half: true }));
is<Single>()(allocate('float32', 1).array);
is<Int32Array<ArrayBuffer>>()(allocate('int32', 1).array);

// Outputs are shaped like the gradient.
huber.valueAndGrad(f32, f32, { out: f32 });
triplet.valueAndGrad(f32, f32, f32, { out: { anchor: f32, positive: f32, negative: f32 } });
// @ts-expect-error a record where there is one gradient
huber.valueAndGrad(f32, f32, { out: { pred: f32 } });
// @ts-expect-error an array where there are several
triplet.valueAndGrad(f32, f32, f32, { out: f32 });
// @ts-expect-error labels are no output
huber.valueAndGrad(f32, f32, { out: labels });

// An option that the loss doesn't have.
// @ts-expect-error misspelt
crossEntropy(f32, labels, { lableSmoothing: 0.1 });
// @ts-expect-error another loss's
mse(f32, f32, { delta: 1 });
// @ts-expect-error another loss's
huber(f32, f32, { beta: 1 });
// @ts-expect-error no class weights in focal
focal(f32, labels, { classWeight: [1] });
// @ts-expect-error no weights in a loss of the whole batch
ntXent(f32, f32, { sampleWeight: f32 });
// @ts-expect-error penalties are sums
l2(f32, { reduction: 'mean' });

// A value of the wrong kind.
// @ts-expect-error
huber(f32, f32, { delta: '1' });
// @ts-expect-error
mse(f32, f32, { reduction: 'avg' });
// @ts-expect-error
triplet(f32, f32, f32, { distance: 'manhattan' });
// @ts-expect-error
multiclassHinge(f32, labels, { p: 3 });
// @ts-expect-error
klDivergence(f32, f32, { input: 'probs' });
// @ts-expect-error
binaryCrossEntropy(f32, f32, { posWeight: '2' });
// @ts-expect-error
gaussianNll(f32, f32, f32, { full: 1 });

// Arguments.
// @ts-expect-error a target is missing
mse(f32);
// @ts-expect-error the negative is missing
triplet(f32, f32);
// @ts-expect-error a number is no array
mse(1, 2);
// @ts-expect-error strings are no numbers
mse(['1'], [2]);
// @ts-expect-error dense targets where labels are meant
focal(f32, f32);
// @ts-expect-error the reconstruction is missing
elbo({ target: f32, mu: f32, logVar: f32 });
// @ts-expect-error integers are labels, not scores
crossEntropy(labels, labels);

// Forms that a loss doesn't have.
// @ts-expect-error
contrastive.valueGradHess(f32, f32, f32);
// @ts-expect-error
triplet.valueGradHess(f32, f32, f32);
// @ts-expect-error
ntXent.valueGradHess(f32, f32);
// @ts-expect-error
l2.valueGradHess(f32);
// @ts-expect-error info is frozen
entropy.info.name = 'x';

// The rest of the package.
is<number>()(accumulator(mse).add(f32, f32).value());
// @ts-expect-error an accumulator is a mean
accumulator(mse, { reduction: 'sum' });
// @ts-expect-error not an option of this loss
accumulator(mse, { delta: 1 });
// @ts-expect-error
allocate('int8', 3);
// @ts-expect-error
void init({ backend: 'gpu' });
// @ts-expect-error
chooseLoss({ task: 'poetry' });
// @ts-expect-error
oneHot(labels, '3');
objective({ loss: mse, regularizer: l2, lambda: 0.1 })([f32, f32], f32);
// @ts-expect-error the loss is missing
objective({ lambda: 0.1 });

// Numbers of any type: targets, weights and labels; predictions are floats.
declare const u8: Uint8Array;
declare const i64: BigInt64Array;
declare const half: HalfArray;
is<Single>()(mse.valueAndGrad(f32, u8).grad);
is<Single>()(mse.valueAndGrad(f32, i64).grad);
is<Single>()(mse.valueAndGrad(f32, f64).grad);
is<Double>()(mse.valueAndGrad(f64, f32).grad);
is<Single>()(mse.valueAndGrad([1], f32).grad);
is<Double>()(mse.valueAndGrad([1], u8).grad);
is<Single>()(mse.valueAndGrad(half, f64).grad);
is<Single>()(mse.valueAndGrad(f32, [true, false]).grad);
is<Single>()(mse.valueAndGrad(f32, allocate('int32', 2)).grad);
is<number>()(mse(f32, [[true], [false]], { sampleWeight: i64 }));
is<number>()(crossEntropy(f32, new Uint16Array(2), { classWeight: u8, sampleWeight: [true, true] }));
is<number>()(gaussianNll(f32, i64, f32));
is<number>()(elbo({ recon: f32, target: u8, mu: f32, logVar: f32 }, { batch: 1 }));
// @ts-expect-error integers have no gradient
mse(i64, f32);
// @ts-expect-error nor have booleans
mse([true], f32);

// Every option may be undefined, under exactOptionalPropertyTypes as well.
const none = undefined;
const mean: number = huber(f32, f32, { delta: none, reduction: none, sampleWeight: none, classes: none, dim: none });
export const doubled: number = 2 * mean;
is<Single>()(huber.valueGradHess(f32, f32, { out: none, hessOut: none, hessianFloor: none, divisor: none }).hess);
crossEntropy(f32, labels, { classWeight: none, ignoreIndex: none, labelSmoothing: none });
triplet(f32, f32, f32, { margin: none, distance: none, swap: none });
accumulator(huber, { delta: none }).add(f32, f32, { sampleWeight: none });
objective({ loss: mse, regularizer: l2, regularizerOptions: none, lambda: none })([f64, f32], none);
is<Double>()(objective({ loss: mse, regularizer: l2 }).valueAndGrad([f64, f32], f64).grad.inputs);
chooseLoss({ task: 'binary', imbalanced: none });
oneHot(labels, 3, { dtype: none });
void init({ backend: none });

// Losses with a linear layer before them: gradients by name, those that are asked for.
declare const grads: readonly ('hidden' | 'weight')[];
is<number>()(linearCrossEntropy(f32, f32, labels, { dim: 4 }));
is<Single>()(linearCrossEntropy(f32, f32, labels, { dim: 4, reduction: 'none' }));
is<{ hidden: Single; weight: Single }>()(linearCrossEntropy.valueAndGrad(f32, f32, labels, { dim: 4 }).grad);
is<{ hidden: Double; weight: Double; bias: Double }>()(
  linearCrossEntropy.valueAndGrad(f64, f64, labels, { dim: 4, bias: f64 }).grad,
);
is<{ weight: Single; bias: Single }>()(
  linearCrossEntropy.valueAndGrad(f32, f32, labels, { dim: 4, bias: [0, 1], grads: ['weight', 'bias'] }).grad,
);
is<{ hidden: Single; weight: Single }>()(linearCrossEntropy.valueAndGrad(f32, f32, labels, { grads }).grad);
is<{ hidden: Double }>()(linear(mse).valueAndGrad([[1]], [[2]], [3], { reduction: 'none', grads: ['hidden'] }).grad);
is<number>()(linear(crossEntropy)(f32, f32, f32, { classes: 3, labelSmoothing: 0.1, out: { weight: f32 } }));
is<number>()(linear(multiclassHinge)(f32, f32, labels, { dim: 3, margin: 2 }));
is<number>()(linear(entropy)(f32, f32, { dim: 3 }));
is<number>()(linear(klDivergence)(f32, f32, f32, { dim: 3, input: 'logits' }));
accumulator(linearCrossEntropy, { bias: f32 }).add(f32, f32, labels, { dim: 3 });
is<{ hidden: Single; weight: Single }>()(
  objective({ loss: linearCrossEntropy, regularizer: l2 }).valueAndGrad([f32, f32, labels, { dim: 3 }], f32).grad
    .inputs,
);
is<{ hidden: Double; weight: Double; bias: Double }>()(
  objective({ loss: linear(mse) }).valueAndGrad([f64, f64, f64, { dim: 3, bias: f64 }]).grad.inputs,
);
// @ts-expect-error no such gradient
linearCrossEntropy.valueAndGrad(f32, f32, labels, { grads: ['logits'] });
// @ts-expect-error an option of no use here
linearCrossEntropy.valueAndGrad(f32, f32, labels, { axis: 1 });
// @ts-expect-error no second derivative
linearCrossEntropy.valueGradHess(f32, f32, labels);
// @ts-expect-error a gradient of something else
linearCrossEntropy.valueAndGrad(f32, f32, labels, { out: { logits: f32 } });
// @ts-expect-error several differentiable inputs
linear(triplet);
// @ts-expect-error several differentiable inputs
linear(gaussianNll);
// @ts-expect-error a batch as a whole
linear(ntXent);
// @ts-expect-error no loss of scores
linear(l2);
// @ts-expect-error a composition
linear(elbo);
