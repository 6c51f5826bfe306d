/** From definitions to callable constants. */

import type {
  AxisOptions,
  HessOutOptions,
  MeanOptions,
  OutOptions,
  SampleOptions,
  WidthOptions,
} from '../base/types.ts';
import type { Steps } from '../model/call.ts';
import type {
  Batchwise,
  Definition,
  Listwise,
  Pointwise,
  Regionwise,
  Rowwise,
  Sequencewise,
} from '../model/definition.ts';
import type { OptionsOf, Parameters } from '../model/parameters.ts';
import { makeLoss } from './facade.ts';
import type {
  BatchLabelLoss,
  BatchLoss2,
  ClassLoss,
  LabelLoss,
  Loss2,
  Loss3,
  RegionLoss,
  Regularizer,
  SequenceLoss,
  SmoothLoss1,
  SmoothLoss2,
  SmoothLoss3,
} from './lossTypes.ts';
import {
  batch,
  binaryElements,
  classElements,
  classRows,
  distributions,
  elements,
  labelledBatch,
  lists,
  penalty,
  queries,
  regions,
  rows,
  sequences,
} from './steps.ts';

/** Options of a loss with a second derivative, its own parameters left out. */
export interface SmoothOptions<G extends string = never> extends SampleOptions, WidthOptions, HessOutOptions<G> {}

/** The same of a loss whose rows are over classes. */
export interface ClassOptions extends SmoothOptions, AxisOptions {}

/** Options of a loss without a second derivative, its own parameters left out. */
export interface FirstOrderOptions<G extends string = never> extends SampleOptions, WidthOptions, OutOptions<G> {}

/** Tags a definition with its shape and the steps of that, and makes the callable; the factories below give it its type. */
function make<L>(definition: object, shape: Definition['shape'], steps: Steps): L {
  return makeLoss({ ...definition, shape } as Definition, steps) as unknown as L;
}

/** A pointwise loss of prediction and target, differentiable in its first input. */
export function pointwise<S extends Parameters, N extends string>(
  definition: Pointwise<[number, number], S, N>,
): SmoothLoss2<OptionsOf<S> & SmoothOptions> {
  return make(definition, 'pointwise', elements);
}

/** The same with a binary target, of which some may be left out. */
export function binary<S extends Parameters, N extends string>(
  definition: Pointwise<[number, number], S, N>,
): SmoothLoss2<OptionsOf<S> & SmoothOptions> {
  return make(definition, 'pointwise', binaryElements);
}

/** The same where elements may be classes, of which each may have its own weight, or another parameter. */
export function multiLabel<S extends Parameters, N extends string>(
  definition: Pointwise<[number, number], S, N>,
): SmoothLoss2<OptionsOf<S> & ClassOptions> {
  return make(definition, 'pointwise', classElements);
}

/** A pointwise loss of three inputs, differentiable in G. */
export function pointwise3<S extends Parameters, N extends string, G extends N>(
  definition: Pointwise<[number, number, number], S, N> & { readonly grad: { readonly [K in G]: unknown } },
): SmoothLoss3<OptionsOf<S> & SmoothOptions<G>, G> {
  return make(definition, 'pointwise', elements);
}

/** A pointwise loss of three inputs without a second derivative, differentiable in G. */
export function firstOrder3<S extends Parameters, N extends string, G extends N>(
  definition: Pointwise<[number, number, number], S, N> & { readonly grad: { readonly [K in G]: unknown } },
): Loss3<OptionsOf<S> & FirstOrderOptions<G>, G> {
  return make(definition, 'pointwise', elements);
}

/** A penalty: a pointwise loss of one input, summed. */
export function regularizer<S extends Parameters>(
  definition: Pointwise<[number], S, 'theta'>,
): Regularizer<OptionsOf<S> & OutOptions> {
  return make(definition, 'regularizer', penalty);
}

/** A rowwise loss of scores and labels or dense targets. */
export function classes<S extends Parameters, N extends string, T>(
  definition: Rowwise<S, N, T> & { readonly target: 'classes' },
): ClassLoss<OptionsOf<S> & ClassOptions> {
  return make(definition, 'rowwise', classRows);
}

/** A rowwise loss of scores and labels. */
export function labelled<S extends Parameters, N extends string, T>(
  definition: Rowwise<S, N, T> & { readonly target: 'labels' },
): LabelLoss<OptionsOf<S> & ClassOptions> {
  return make(definition, 'rowwise', classRows);
}

/** A loss of a distribution over classes. */
export function distribution1<S extends Parameters, N extends string, T>(
  definition: Rowwise<S, N, T>,
): SmoothLoss1<OptionsOf<S> & ClassOptions> {
  return make(definition, 'rowwise', distributions);
}

/** A loss of two distributions over classes, differentiable in the first. */
export function distribution2<S extends Parameters, N extends string, T>(
  definition: Rowwise<S, N, T>,
): SmoothLoss2<OptionsOf<S> & ClassOptions> {
  return make(definition, 'rowwise', distributions);
}

/** A rowwise loss of two row-shaped inputs; G names the differentiable ones where there are several. */
export function rowwise2<S extends Parameters, N extends string, T, G extends N = never>(
  definition: Rowwise<S, N, T> & { readonly differentiable?: readonly G[] },
): SmoothLoss2<OptionsOf<S> & SmoothOptions<G>, G> {
  return make(definition, 'rowwise', rows);
}

/** A loss of embeddings, three arguments, all row-shaped inputs differentiable; no second derivative. */
export function embeddings<S extends Parameters, G extends string, T>(
  definition: Rowwise<S, G, T> & { readonly differentiable: readonly G[] },
): Loss3<OptionsOf<S> & FirstOrderOptions<G>, G> {
  return make(definition, 'rowwise', rows);
}

/** Options of a loss of the batch as a whole, its own parameters left out. */
export interface BatchOptions<G extends string = never> extends MeanOptions, WidthOptions, OutOptions<G> {}

/** A loss of the batch as a whole, of two sets of embeddings; P are the parameters with derivatives. */
export function batchwise<S extends Parameters, G extends string, T, P extends string>(
  definition: Batchwise<S, G, T> & ByParameters<P>,
): BatchLoss2<OptionsOf<S> & BatchOptions<G>, G, P> {
  return make(definition, 'batch', batch);
}

/** A loss of lists of scores and relevance. */
export function list<S extends Parameters>(definition: Listwise<S>): Loss2<OptionsOf<S> & FirstOrderOptions> {
  return make(definition, 'list', lists);
}

/** A loss of sequences of scores, and their labels. */
export function sequence<S extends Parameters>(
  definition: Sequencewise<S>,
): SequenceLoss<OptionsOf<S> & SampleOptions & Omit<WidthOptions, 'dim'> & OutOptions> {
  return make(definition, 'sequence', sequences);
}

/** The same where the second input may have more rows. */
export function ofQueries<S extends Parameters, G extends string, T, P extends string>(
  definition: Batchwise<S, G, T> & ByParameters<P>,
): BatchLoss2<OptionsOf<S> & BatchOptions<G>, G, P> {
  return make(definition, 'batch', queries);
}

/** The same of one set of embeddings and labels. */
export function ofClasses<S extends Parameters, T, P extends string>(
  definition: Batchwise<S, string, T> & ByParameters<P> & { readonly target: 'labels' },
): BatchLabelLoss<OptionsOf<S> & BatchOptions, P> {
  return make(definition, 'batch', labelledBatch);
}

/** Options of a loss of regions, its own parameters left out. */
export interface RegionOptions extends SampleOptions, Omit<WidthOptions, 'dim'>, AxisOptions, OutOptions {}

/** A loss of regions, which are the pixels of an image, once for each class. */
export function region<S extends Parameters>(definition: Regionwise<S>): RegionLoss<OptionsOf<S> & RegionOptions> {
  return make(definition, 'region', regions);
}

/** Names the parameters with derivatives for the types. */
interface ByParameters<P extends string> {
  readonly properties: { readonly parameterGrad: readonly P[] };
}
