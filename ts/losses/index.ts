export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './binaryCrossEntropy.ts';
export {
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropyWithLogits,
} from './binaryCrossEntropyWithLogits.ts';
export { type BinaryFocalOptions, binaryFocal } from './binaryFocal.ts';
export { type BinaryFocalWithLogitsOptions, binaryFocalWithLogits } from './binaryFocalWithLogits.ts';
export { type CategoricalCrossEntropyOptions, categoricalCrossEntropy } from './categoricalCrossEntropy.ts';
export { type ContrastiveOptions, contrastive } from './contrastive.ts';
export { type CrossEntropyOptions, crossEntropy } from './crossEntropy.ts';
export { type ElasticNetOptions, elasticNet } from './elasticNet.ts';
export { type ElboOptions, elbo } from './elbo.ts';
export { type EntropyOptions, entropy } from './entropy.ts';
export { type FocalOptions, focal } from './focal.ts';
export { type GaussianKlOptions, gaussianKl } from './gaussianKl.ts';
export { type GaussianNllOptions, gaussianNll } from './gaussianNll.ts';
export { type HingeOptions, hinge } from './hinge.ts';
export { type HuberOptions, huber } from './huber.ts';
export { type KlDivergenceOptions, klDivergence } from './klDivergence.ts';
export { type L1Options, l1 } from './l1.ts';
export { type L2Options, l2 } from './l2.ts';
export { type LogCoshOptions, logCosh } from './logCosh.ts';
export { type MaeOptions, mae } from './mae.ts';
export { type MseOptions, mse } from './mse.ts';
export { type MulticlassHingeOptions, multiclassHinge } from './multiclassHinge.ts';
export { type NllOptions, nll } from './nll.ts';
export { type NtXentOptions, ntXent } from './ntXent.ts';
export { type SmoothL1Options, smoothL1 } from './smoothL1.ts';
export { type SquaredHingeOptions, squaredHinge } from './squaredHinge.ts';
export { type TripletOptions, triplet } from './triplet.ts';
