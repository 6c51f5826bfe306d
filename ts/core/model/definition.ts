/** The object that defines a loss: the facade, both backends, the tests and the docs all read it. */

import type { Domain, Family, FloatArray } from '../base/types.ts';
import type { KernelSource } from '../memory/modules.ts';
import type { Parameters, Resolved } from './parameters.ts';

/** One array argument. */
export interface InputSpec<N extends string = string> {
  readonly name: N;
  readonly domain: Domain;
  /** What an error about the domain adds: where to go with the numbers that people give by mistake. */
  readonly hint: string;
}

/** An array argument, of any numbers unless a domain is given. */
/* @__NO_SIDE_EFFECTS__ */
export const input = <const N extends string>(name: N, domain: Domain = 'real', hint = ''): InputSpec<N> => ({
  name,
  domain,
  hint,
});

/** What is known of a loss, for `info` and the tests. */
export interface Properties<S extends Parameters = Parameters> {
  /** Convex in the differentiable inputs, with the default options. */
  readonly convex: boolean;
  /** Lipschitz constant of one sample's loss, null if there is none. */
  readonly lipschitz: number | null | ((p: Resolved<S>) => number | null);
  /** Where the derivative jumps, in words; '' if nowhere. */
  readonly kinks: string;
  /** PyTorch twin, as `torch.nn.functional.x`. */
  readonly torch: string | null;
  /** Paper or book. */
  readonly reference: string;
  /** The parameters by which `valueAndGrad` has derivatives as well. */
  readonly parameterGrad?: readonly string[];
  /** Losses of a row of the first input, where that isn't one. */
  readonly views?: number;
}

interface Common<S extends Parameters> {
  readonly name: string;
  readonly family: Family;
  /** The family's module; null where there is no WebAssembly. */
  readonly kernels: KernelSource | null;
  /** In the kernel's order. */
  readonly parameters: S;
  /** The numbers that the kernel gets after the pointers, where that isn't simply each parameter encoded (vectors left out). */
  readonly kernelParameters?: (p: Resolved<S>) => number[];
  readonly properties: Properties<S>;
}

/** A scalar function of one element of each input, and the parameters. */
export type Scalar<X extends readonly number[], S extends Parameters> = (...args: [...X, p: Resolved<S>]) => number;

/**
 * A run of elements. The arrays go by the places of the inputs: a, b and c hold the first, second and third, da takes
 * the derivative in the first and ha the second derivative. What a loss or a call doesn't have is empty.
 */
export interface Run {
  readonly a: FloatArray;
  readonly b: FloatArray;
  readonly c: FloatArray;
  readonly da: FloatArray;
  readonly db: FloatArray;
  readonly dc: FloatArray;
  readonly ha: FloatArray;
  readonly hb: FloatArray;
  readonly hc: FloatArray;
  /** Which derivatives are wanted besides the value. */
  readonly order: 0 | 1 | 2;
  /** Whether losses are those of a float32 call: a loop of losses that may be negative rounds them, or they could hide that one overflows. */
  readonly single: boolean;
  readonly start: number;
  readonly end: number;
  /** Multiplies the derivatives. */
  readonly scale: number;
}

/** A loss of each element by itself. */
export interface Pointwise<
  X extends readonly number[] = readonly number[],
  S extends Parameters = Parameters,
  N extends string = string,
> extends Common<S> {
  readonly inputs: readonly InputSpec<N>[];
  /** A parameter that may be one number a class, and then travels as one more input. */
  readonly stream?: keyof S & string;
  readonly value: Scalar<X, S>;
  /** One derivative for each differentiable input, by its name. */
  readonly grad: { readonly [K in N]?: Scalar<X, S> };
  readonly hess?: { readonly [K in N]?: Scalar<X, S> };
  /**
   * The formulas over a run of elements: writes the derivatives, and returns the sum of the losses. Each loss has its own, though they read
   * alike, since engines compile a loop for the functions that it calls: one for all losses would take ten times as long.
   */
  readonly loop: (formulas: Formulas<X, S, N>, p: Resolved<S>, run: Run) => number;
  /** False at kinks. */
  readonly smoothAt?: (...args: [...X, p: Resolved<S>]) => boolean;
  /** Domains that hang on the parameters (say, a rate or its logarithm): override the inputs' own. */
  readonly domains?: (p: Resolved<S>) => { readonly [K in N]?: Domain };
}

/** What a loop calls. */
export type Formulas<X extends readonly number[], S extends Parameters, N extends string> = Pick<
  Pointwise<X, S, N>,
  'value' | 'grad' | 'hess'
>;

/**
 * What a row function reads: each row-shaped input by its name, and
 * - `target`: for 'classes', t_k = ỹ_k·cw_k (labels, smoothing and class weights folded in); for 'scalar', one number;
 * - `label`: for 'labels', the row's class;
 * - `lift`: what the loss is multiplied by afterwards: for 'classes', class weights above 1 have it as a factor;
 * - `shared`: what the loss says that value and derivatives have in common.
 */
export type Row<N extends string = string, T = unknown> = RowData<N> & { readonly shared: T };

/** The same before that is worked out. */
export type RowData<N extends string = string> = { readonly [K in N]: Float64Array } & {
  readonly target: Float64Array;
  readonly label: number;
  readonly lift: number;
};

/** Where a row function writes: one row for each differentiable input. All of `out` must be written. */
export type RowOut<N extends string = string> = { readonly [K in N]: Float64Array };

/** A kernel of a loss for some of its parameters. */
export interface Variant {
  /** What its name ends in, before the element type. */
  readonly suffix: string;
  /** The module that it is in. */
  readonly kernels: KernelSource | null;
}

/** A loss of rows. */
export interface Rowwise<S extends Parameters = Parameters, N extends string = string, T = unknown> extends Common<S> {
  /** The kernel that serves some parameters, if it isn't the one of the loss's name in the family's module. */
  readonly variant?: (p: Resolved<S>) => Variant | null;
  /** Parameters that the loss's own kernel doesn't take, but those of its variants do. */
  readonly variantParameters?: readonly (keyof S & string)[];
  /** Parameters without a second derivative, unless they have their defaults. */
  readonly noHessianWith?: readonly (keyof S & string)[];
  /** The row-shaped inputs, in argument order. */
  readonly inputs: readonly InputSpec<N>[];
  /** Names of the inputs with a gradient; default: the first. */
  readonly differentiable?: readonly N[];
  /** The last argument, if it isn't a row-shaped input: labels or dense; labels; one number a row; nothing more. */
  readonly target: 'classes' | 'labels' | 'scalar' | 'none';
  /** Domain of a scalar or dense target. */
  readonly targetDomain?: Domain;
  /** Name of the last argument where there is one; default 'target' ('labels' for labels). */
  readonly targetName?: string;
  /** The parameter that travels as [K] numbers; `classWeight` also weighs the mean. */
  readonly vector?: keyof S & string;
  /** Parameters that multiply a part of the loss which the weights of classes don't. */
  readonly unweighed?: readonly (keyof S & string)[];
  /** The numbers that the kernel for dense targets gets; default: those of the other but `ignoreIndex`. */
  readonly denseParameters?: (p: Resolved<S>) => number[];
  /** Works out what value and derivatives have in common. `last` is what it was for the row before, whose memory may be taken. */
  readonly share?: (row: RowData<N>, p: Resolved<S>, last: T | undefined) => T;
  readonly value: (row: Row<N, T>, p: Resolved<S>) => number;
  readonly grad: (row: Row<N, T>, p: Resolved<S>, out: RowOut<N>) => void;
  readonly hess?: (row: Row<N, T>, p: Resolved<S>, out: RowOut<N>) => void;
  /** Whether element k of the first input counts in this row: one that doesn't is neither checked nor propagated. Default: all do. */
  readonly counts?: (row: RowData<N>, k: number, p: Resolved<S>) => boolean;
  /** False at kinks. */
  readonly smoothAt?: (row: RowData<N>, p: Resolved<S>) => boolean;
  /** Domain checks that hang on the parameters (say, an input of logits or of probabilities): overrides the inputs' domains. */
  readonly domains?: (p: Resolved<S>) => { readonly [K in N]?: Domain };
}

/** The whole of a batch. */
export interface Batch {
  /** The embeddings of each input, in rows. */
  readonly inputs: readonly (readonly Float64Array[])[];
  /** The classes of the first, numbered from 0; null for a loss without. */
  readonly classes: Int32Array | null;
}

/** A loss of the batch as a whole: a value for each anchor. */
export interface Batchwise<S extends Parameters = Parameters, N extends string = string, T = unknown>
  extends Common<S> {
  /** One or two sets of embeddings. */
  readonly inputs: readonly InputSpec<N>[];
  /** The last argument, if it isn't one of them. */
  readonly target?: 'labels';
  /** Works out the anchors' losses, and what their gradient needs besides. */
  readonly values: (batch: Batch, p: Resolved<S>, out: Float64Array) => T;
  /**
   * Writes the gradient of the sum of the anchors' losses, in rows for each input, and returns the derivatives by the parameters of
   * `properties.parameterGrad`.
   */
  readonly grad: (shared: T, p: Resolved<S>, out: readonly (readonly Float64Array[])[]) => readonly number[];
}

/** A list as the formulas see it. */
export interface List {
  readonly scores: Float64Array;
  readonly relevance: Float64Array;
}

/** A loss of lists, which may have lengths of their own. */
export interface Listwise<S extends Parameters = Parameters> extends Common<S> {
  readonly inputs: readonly [InputSpec<'scores'>, InputSpec<'relevance'>];
  /** The loss of a list; writes its gradient in the scores, unless that is null. */
  readonly value: (list: List, p: Resolved<S>, grad: Float64Array | null) => number;
  /** Whether a list counts for nothing unless two elements differ in relevance. */
  readonly needsPairs?: true;
}

/** A sequence as the formulas see it, as far as it is used. */
export interface Sequence {
  /** Unnormalised scores, step by step. */
  readonly logits: Float64Array;
  readonly steps: number;
  readonly classes: number;
  /** Classes, none of them the blank. */
  readonly labels: Int32Array;
}

/** A loss of sequences: steps of scores of classes, and labels that are spelt in some of the steps. */
export interface Sequencewise<S extends Parameters = Parameters> extends Common<S> {
  readonly inputs: readonly [InputSpec<'logits'>];
  /** The loss of a sequence; writes its gradient, unless that is null. */
  readonly value: (sequence: Sequence, p: Resolved<S>, grad: Float64Array | null) => number;
}

/** What a region's loss is made of: over its pixels Σ min(p, y), and what p and y have beyond that. */
export interface Overlap {
  readonly shared: number;
  /** Σ max(p − y, 0). */
  readonly beyond: number;
  /** Σ max(y − p, 0). */
  readonly missing: number;
}

/** A region's loss, and its derivative in the p of a pixel: three numbers, where p > y, p = y (neither 0 nor 1) and p < y. */
export interface Region {
  readonly loss: number;
  readonly over: number;
  readonly even: number;
  readonly under: number;
}

/** What is made of the predictions of a pixel, one a class. */
export interface Pixel {
  readonly p: Float64Array;
  /** 1 − p, with all its digits. */
  readonly rest: Float64Array;
}

/** A loss of regions: the pixels of an image, once for each class. */
export interface Regionwise<S extends Parameters = Parameters> extends Common<S> {
  readonly inputs: readonly [InputSpec<'pred'>];
  /** Makes probabilities of a pixel's predictions. */
  readonly activate: (pred: Float64Array, p: Resolved<S>, out: Pixel) => void;
  /** The loss of a region. */
  readonly region: (overlap: Overlap, p: Resolved<S>) => Region;
  /** Makes derivatives in a pixel's predictions of those in its probabilities. */
  readonly back: (pixel: Pixel, slopes: Float64Array, p: Resolved<S>, out: Float64Array) => void;
  readonly domains?: (p: Resolved<S>) => { readonly pred?: Domain };
}

/** A definition with the shape that its factory gave it: what the facade and the backends read. */
export type Definition =
  | (Pointwise & { readonly shape: 'pointwise' | 'regularizer' })
  | (Rowwise & { readonly shape: 'rowwise' })
  | (Listwise & { readonly shape: 'list' })
  | (Sequencewise & { readonly shape: 'sequence' })
  | (Regionwise & { readonly shape: 'region' })
  | (Batchwise & { readonly shape: 'batch' });
