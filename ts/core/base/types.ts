/** The public types: what a loss takes and what it gives back. */

/** A flat array of either precision. */
export type FloatArray = Float32Array | Float64Array;

/** Element types that `allocate` knows. */
export type ElementType = 'float32' | 'float64' | 'int32';

/** The typed array of an element type. */
export interface ArrayOf {
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
}

/** A buffer that lives where the kernels read: losses take it in place, with no copy. Made by `allocate`. */
export interface Resident<T extends ElementType = ElementType> {
  /** Element type. */
  readonly type: T;
  /** Number of elements. */
  readonly length: number;
  /** The elements. Read it anew after each call that may allocate: the view is remade when memory grows. */
  readonly array: ArrayOf[T];
  /** Gives the memory back. Using the buffer afterwards is a TypeError. */
  free(): void;
  /** The same as `free`, for `using`. */
  [Symbol.dispose](): void;
}

/** A flat array of half precision, which counts as float32. By structure: not every TypeScript knows a `Float16Array`. */
export interface HalfArray {
  readonly [Symbol.toStringTag]: 'Float16Array';
  readonly length: number;
  readonly [place: number]: number;
}

/** A flat array of integers of any type. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers, nested as deep as the shape. */
export type Nested = number | readonly Nested[];

/** Numbers, or true and false, which are 1 and 0, nested as deep as the shape. */
export type NestedFlags = number | boolean | readonly NestedFlags[];

/** Any tensor with a flat buffer: ort, transformers.js, ndarray, stdlib. */
export interface FlatTensor {
  /** Numbers. Left open, as ort types what a model gives as a tensor that may hold strings, and stdlib as one of anything. */
  readonly data: ArrayLike<unknown>;
  readonly shape?: ArrayLike<number> | undefined;
  readonly dims?: ArrayLike<number> | undefined;
}

/**
 * Any tensor read by `dataSync`: tf.js, jax-js. Nothing is disposed here, but reading a jax-js array uses up one reference of it,
 * once for each argument, also where the call then throws: pass `x.ref` for an array that is needed afterwards.
 */
export interface SyncTensor {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
}

/** Any column read by `toArray`: Apache Arrow vectors. */
export interface ColumnLike {
  readonly length: number;
  readonly nullCount?: number | undefined;
  toArray(): ArrayLike<number | bigint | boolean | null>;
}

/** What a loss takes as numbers that it has gradients of. */
export type Input =
  | FloatArray
  | HalfArray
  | Resident<'float32'>
  | Resident<'float64'>
  | FlatTensor
  | SyncTensor
  | ColumnLike
  | readonly Nested[];

/** Numbers of any type, such as targets and weights: they are converted to the type of the call. */
export type Numbers = Input | IntegerArray | Resident<'int32'> | readonly NestedFlags[];

/** Class labels: one integer a row. */
export type Labels = IntegerArray | Resident<'int32'> | FlatTensor | SyncTensor | ColumnLike | readonly NestedFlags[];

/** Labels, or dense (soft or one-hot) targets shaped like the scores. */
export type Targets = Numbers;

/** How the losses of the samples become the result. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What the types say about an argument's precision: integers and plain arrays have none. */
export type Kind<I> = [I] extends [Float32Array | HalfArray | Resident<'float32'>]
  ? 'float32'
  : [I] extends [Float64Array | Resident<'float64'>]
    ? 'float64'
    : [I] extends [NestedFlags | IntegerArray | Resident<'int32'>]
      ? 'numbers'
      : 'unknown';

/** The precision of a call: that of its first argument, or where this has none, of the others. */
export type Beside<A, B> = Kind<A> extends 'numbers' ? Kind<B> : Kind<A>;

/** The array type that arguments of these kinds give back. */
export type ArrayFor<K> = 'float32' extends K
  ? Float32Array<ArrayBuffer>
  : 'float64' extends K
    ? Float64Array<ArrayBuffer>
    : 'unknown' extends K
      ? Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
      : Float64Array<ArrayBuffer>;

/** A number for 'mean', which undefined is too, and 'sum'; an array with 'none'. */
export type Value<R, K> = R extends 'none' ? ArrayFor<K> : number;

/** One array, or a record of arrays when several inputs G are differentiable. */
export type PerInput<G extends string, A> = [G] extends [never] ? A : { [N in G]: A };

/** Where gradients may be written. */
export type Writable = FloatArray | Resident<'float32'> | Resident<'float64'>;

/** What `valueAndGrad` returns. */
export interface ValueAndGrad<R, G extends string, K> {
  /** The reduced loss, or one loss a sample with `reduction: 'none'`. */
  value: Value<R, K>;
  /** The gradient of the returned value; with 'none' each sample's own. */
  grad: PerInput<G, ArrayFor<K>>;
  /** Σ w, the weight of all samples: what the mean divides by, unless `divisor` is given. */
  totalWeight: number;
}

/** What `valueGradHess` returns. */
export interface ValueGradHess<R, G extends string, K> extends ValueAndGrad<R, G, K> {
  /** The diagonal of the second derivative of the returned value. */
  hess: PerInput<G, ArrayFor<K>>;
}

/** Options of every loss that has a mean. */
export interface MeanOptions {
  /**
   * What the mean divides by in place of Σ w: a finite number > 0, and only with `reduction: 'mean'`. For gradients that are accumulated over
   * parts of a batch, or a mean over something else than the samples.
   */
  divisor?: number | undefined;
}

/** Options of every loss with samples. */
export interface SampleOptions extends MeanOptions {
  /** Weights: one per element or per row of a pointwise loss, one per row of the others. Not negative. */
  sampleWeight?: Numbers | undefined;
}

/** How flat arrays are cut into rows; any one is enough, and all that are given must agree. */
export interface WidthOptions {
  /** Row width of logits and probabilities. */
  classes?: number | undefined;
  /** Row width of embeddings. */
  dim?: number | undefined;
  /** Number of rows. */
  batch?: number | undefined;
  /** Sizes of all dimensions, say `[32, 10]`: the shape that a tensor would bring. */
  shape?: ArrayLike<number> | undefined;
}

/** Which dimension has the classes. */
export interface AxisOptions {
  /** The dimension of the classes, counted from the end if negative: 1 for logits [N, C, H, W]. Default −1, the last. */
  axis?: number | undefined;
}

/** Where to write the derivatives. */
export interface OutOptions<G extends string = never> {
  /** Arrays for the gradient, shaped like it; may be the input itself. The result's `grad` is then this array. */
  out?: PerInput<G, Writable> | undefined;
}

/** Where to write the derivatives, for losses with a second derivative. */
export interface HessOutOptions<G extends string = never> extends OutOptions<G> {
  /** Arrays for the diagonal second derivative, shaped like `grad`. */
  hessOut?: PerInput<G, Writable> | undefined;
  /** The least that a second derivative of a sample may be, before its weight: max(h, floor). Finite and ≥ 0. Default none. */
  hessianFloor?: number | undefined;
}

/** Which numbers an argument may hold; elsewhere is a RangeError. NaN passes everywhere, and propagates. */
export type Domain =
  /** Any number. */
  | 'real'
  /** x ≥ 0. */
  | 'nonNegative'
  /** x > 0. */
  | 'positive'
  /** x > −1. */
  | 'aboveMinusOne'
  /** 0 ≤ x ≤ 1. */
  | 'unit'
  /** 0 or 1. */
  | 'binary'
  /** −1 or 1. */
  | 'sign';

/** One array argument of a loss. */
export interface InputInfo {
  readonly name: string;
  /** What it holds: numbers of a domain; class labels; or 'classes', which is labels or dense targets in [0, 1]. */
  readonly domain: Domain | 'labels' | 'classes';
  /** One entry for each element, or one a row (dense targets of 'classes' have one for each element, sequences several labels each). */
  readonly per: 'element' | 'row';
  /** Gradients are taken with respect to it. */
  readonly differentiable: boolean;
}

/** One option of a loss's own. */
export interface ParameterInfo {
  readonly default: unknown;
  /** What it may be, in words. */
  readonly domain: string;
  /** Values to try; a list with one number a class is for four classes. */
  readonly good: readonly unknown[];
  /** Values that are refused, with a TypeError or a RangeError. */
  readonly bad: readonly unknown[];
}

/** What a loss says about itself. */
export interface LossInfo {
  readonly name: string;
  readonly family: Family;
  /** How the data is cut: by element, by row, by list, by sequence, by region of an image, or the batch as a whole; 'linear': rows of a linear layer. */
  readonly shape: 'pointwise' | 'rowwise' | 'list' | 'sequence' | 'region' | 'batch' | 'regularizer' | 'linear';
  /** The array arguments, in order. */
  readonly inputs: readonly InputInfo[];
  /** True if they come in one record, by name: `elbo({ recon, target, mu, logVar })`. */
  readonly byName: boolean;
  /** The names of those that gradients are taken with respect to. */
  readonly differentiable: readonly string[];
  readonly parameters: { readonly [name: string]: ParameterInfo };
  /** True if `valueGradHess` has a second derivative to return. */
  readonly hessian: boolean;
  /** Parameters with which there is no second derivative, unless they have their defaults. */
  readonly noHessianWith: readonly string[];
  /** Convex in its differentiable inputs, with the default options. */
  readonly convex: boolean;
  /** Lipschitz constant of a sample's loss in its inputs; null: none; a function of all parameters where it depends on them. */
  // biome-ignore lint/suspicious/noExplicitAny: each loss has its own parameters
  readonly lipschitz: number | null | ((parameters: any) => number | null);
  /** Where the derivative jumps, in words; '' for smooth losses. */
  readonly kinks: string;
  /** The PyTorch function with the same meaning, if there is one. */
  readonly torch: string | null;
  /** The paper or book that defines it. */
  readonly reference: string;
  /** The parameters by which `valueAndGrad` has derivatives as well, in `parameterGrad`; absent for none. */
  readonly parameterGrad?: readonly string[] | undefined;
  /** Losses that a row of the first input has, where that isn't one: 2 of `ntXent`, whose views are both anchors. */
  readonly views?: number | undefined;
}

/** The part of the catalogue a loss belongs to. */
export type Family =
  | 'classification'
  | 'regression'
  | 'probabilistic'
  | 'ranking'
  | 'lists'
  | 'sequences'
  | 'segmentation'
  | 'objective';
