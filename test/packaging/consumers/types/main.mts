import {
  accumulator,
  allocate,
  backend,
  binaryCrossEntropyWithLogits,
  chooseLoss,
  crossEntropy,
  ctc,
  defineLoss,
  dice,
  infoNce,
  linearCrossEntropy,
  mse,
  objective,
  rankNet,
  triplet,
} from 'losskit';
import module from 'losskit/losskit.wasm';
import { mse as plain } from 'losskit/reference';
import { init } from 'losskit/slim';

const pred = new Float32Array([1, 2, 3]);
const { value, grad } = mse.valueAndGrad(pred, pred);
export const total: number = value + plain([1], [2]);
export const gradient: Float32Array<ArrayBuffer> = grad;
export const doubles: Float64Array<ArrayBuffer> = crossEntropy.valueAndGrad([1, 2], [0]).grad;
export const anchor: Float32Array<ArrayBuffer> = triplet.valueAndGrad(pred, pred, pred, { dim: 3 }).grad.anchor;
export const name: 'wasm' | 'reference' = backend().name;
export const why: string = chooseLoss({ task: 'binary' }).why;
export const ready: PromiseLike<object> = init({ wasm: module });
export const x: Float32Array = allocate('float32', 3).array;
export const mean: number = accumulator(mse).value();

// @ts-expect-error an option that mse doesn't have
mse(pred, pred, { delta: 1 });

/** Options that may be there or not, as strict programs have them. */
interface Given {
  readonly mask?: Uint8Array | undefined;
  readonly ignore?: readonly number[] | undefined;
  readonly out?: Float32Array<ArrayBuffer> | undefined;
}
export const strict = ({ mask, ignore, out }: Given): Float32Array<ArrayBuffer> =>
  crossEntropy.valueAndGrad(pred, [0], {
    classes: 3,
    axis: undefined,
    classWeight: undefined,
    ignoreIndex: ignore,
    sampleWeight: mask,
    divisor: undefined,
    reduction: undefined,
    out,
  }).grad;

// Targets and weights of any numeric type.
export const unreduced = (reduction: 'mean' | 'sum' | undefined): readonly number[] => [
  dice([[[0.5, 0.5]]], [[0]], { reduction }),
  ctc([[[1, 2]]], [[1]], { reduction }),
  infoNce(pred, pred, { dim: 3, reduction }),
  rankNet(pred, pred, { reduction, groups: [3] }),
  linearCrossEntropy(pred, pred, [0], { dim: 3, reduction }),
];
export const penalised = (out: Float32Array<ArrayBuffer> | undefined): Float32Array<ArrayBuffer> =>
  objective({ loss: mse }).valueAndGrad([pred, pred], pred, { out }).grad.params;
export const flags: number = mse(pred, [true, false, true], { sampleWeight: new BigInt64Array([1n, 2n, 3n]) });
export const soft: number = binaryCrossEntropyWithLogits(pred, new Uint8Array(3), {
  ignoreTarget: 255,
  posWeight: undefined,
});
export const masks: number = dice([[[0.5, 0.5]]], new BigInt64Array([1n]), { overBatch: true, smooth: undefined });
export const { parameterGrad } = infoNce.valueAndGrad(pred, pred, { dim: 3, symmetric: undefined });
export const temperature: number = parameterGrad.temperature;
export const read: number = ctc([[[1, 2]]], [[1]], { inputLengths: undefined, labelLengths: new Int32Array([1]) });
export const ranked: number = rankNet(pred, [1, 0, 2], { groups: [2, 1] });
export const weight: Float32Array<ArrayBuffer> = linearCrossEntropy.valueAndGrad(pred, pred, [0], { dim: 3 }).grad
  .weight;
export const own = defineLoss({
  name: 'own',
  parameters: { c: 1 },
  value: (x, y, { c }) => c * (x - y) ** 2,
  grad: (x, y, { c }) => 2 * c * (x - y),
});
export const ours: number = own(pred, pred, { c: undefined });

// @ts-expect-error a second derivative that ctc doesn't have
ctc.valueGradHess([[[1, 2]]], [[1]]);
// @ts-expect-error no sampleWeight: the loss of a batch is no mean of samples
infoNce(pred, pred, { dim: 3, sampleWeight: [1] });
