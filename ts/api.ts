/** Everything public, the same for each entry: they differ in where the WebAssembly comes from (core/wasm/source/source.ts). */

export type { Checked, CheckOptions, Worst } from './checkGradient.ts';
export { checkGradient } from './checkGradient.ts';
export type * from './chooseLoss.ts';
export { chooseLoss } from './chooseLoss.ts';
export type * from './core/base/types.ts';
export { type AccumulatorFactory, accumulator } from './core/compose/accumulator.ts';
export type {
  Accumulable,
  Accumulator,
  AccumulatorOptions,
  AccumulatorState,
  PartArguments,
  PartOptions,
} from './core/compose/accumulatorTypes.ts';
export type {
  GradsOf,
  LayerOptions,
  Linear,
  Linearable,
  LinearDescribed,
  LinearGrad,
  LinearLoss,
  LinearLoss1,
  LinearOptions,
  LinearResult,
} from './core/compose/linear/types.ts';
export type { DataLoss } from './core/compose/objectiveTypes.ts';
export { allocate, type BackendInfo, backend, type InitOptions, init } from './core/facade/backend.ts';
export type { FirstOrderOptions, SmoothOptions } from './core/facade/loss.ts';
export type {
  BatchLabelLoss,
  BatchLoss2,
  ClassLoss,
  ElboInputs,
  ElboLoss,
  ElboTerms,
  LabelLoss,
  Loss1,
  Loss2,
  Loss3,
  ParameterGrad,
  RegionLoss,
  Regularizer,
  SequenceLoss,
  SmoothLoss1,
  SmoothLoss2,
  SmoothLoss3,
} from './core/facade/lossTypes.ts';
export type { Ignored } from './core/model/ignored.ts';
export type { PerClass } from './core/model/perClass.ts';
export type { WasmSource } from './core/wasm/source/option.ts';
export type { Formula, OwnLoss, OwnOptions, OwnParameters, Widened } from './defineLoss.ts';
export { defineLoss } from './defineLoss.ts';
export type * from './helpers.ts';
export { oneHot, smoothLabels } from './helpers.ts';
export { linear, linearCrossEntropy } from './linear.ts';
export * from './losses/index.ts';
export type * from './objective.ts';
export { objective } from './objective.ts';
export type { Checkable } from './subjects.ts';
