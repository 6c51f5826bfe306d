/** The record of one call: the facade fills it in, a backend executes it. */

import type { Properties } from '../base/properties.ts';
import type { Sum } from '../base/sum.ts';
import type { TypedArray } from '../base/typed.ts';
import type { ElementType, FloatArray, LossInfo, Reduction } from '../base/types.ts';
import type { Memory } from '../memory/memory.ts';
import type { ResidentBuffer } from '../memory/resident.ts';
import type { Definition } from './definition.ts';
import type { Parameters } from './parameters.ts';
import { absent, type Out, type Slot } from './slot.ts';

const none: readonly never[] = /* @__PURE__ */ Object.freeze([]);

/** Which derivatives are wanted besides the value. */
export type Order = 0 | 1 | 2;

/** A loss as the facade runs it. */
export interface Compiled {
  readonly definition: Definition;
  readonly steps: Steps;
  readonly name: string;
  readonly shape: Definition['shape'];
  /** Names of the number inputs, then of the differentiable ones, then of the last argument ('' if there is none). */
  readonly inputs: readonly string[];
  readonly grads: readonly string[];
  /** Places in `inputs` of the differentiable ones. */
  readonly gradPlaces: readonly number[];
  readonly targetName: string;
  /** Option names, in the order that messages list them. */
  readonly options: readonly string[];
  readonly optionSet: ReadonlySet<string>;
  readonly parameters: Parameters;
  readonly defaults: { readonly [name: string]: unknown };
  /** The defaults as the kernels for labels and for dense targets get them, when they were first needed: a definition may use what its file declares below it. */
  readonly defaultNumbers: [readonly number[] | null, readonly number[] | null];
  readonly hasHess: boolean;
  /** Losses that a sample has: 1, or one for each of its views. */
  readonly views: number;
  /** Whether one of the parameters travels as an array of one number a class. */
  readonly hasVector: boolean;
  /** The handles of the kernels that were needed before, by their suffix (and of what transposes): float32 and float64, 0 for none. */
  readonly kernels: { [suffix: string]: [number, number] };
  readonly info: LossInfo;
}

/** What each shape does its own way. */
export interface Steps {
  /** The length that samples and row width are settled from; default: the inputs', which must all have one. */
  readonly lengths?: (call: Call) => number;
  /** Options that others have, and why these losses don't. */
  readonly refused?: { readonly [option: string]: string };
  /** Settles samples and row width, given the length of the inputs. */
  readonly settle: (call: Call, length: number) => void;
  /** Checks the number of weights, where there isn't one a sample. */
  readonly settleWeights?: (call: Call) => void;
  /** Σ w, the denominator of the mean; checks the weights. */
  readonly total: (call: Call) => number;
  /** Where options weigh elements: writes the weights of some from a place on, targets that are left out aside, to place `at` of a heap. */
  readonly writeWeights?: (call: Call, start: number, count: number, heap: FloatArray, at: number) => void;
  /** Multiplies the weights of classes by a power of two where they need it; returns its exponent. */
  readonly liftClasses?: (call: Call) => number;
  /** The reference: fills the outputs and returns Σ w·L. */
  readonly compute: (call: Call) => Sum;
  /** The same with kernels, where these need everything at once, not block by block. */
  readonly whole?: (call: Call, memory: Memory) => void;
  /** Σ w·L and Σ w, where parameters make a loss of sums over everything: from those sums (`Call.overlaps`), once there are no more. */
  readonly conclude?: (loss: Compiled, parameters: Compiled['defaults'], sums: readonly Sum[]) => readonly [Sum, Sum];
  /** Whether who makes the call begins with what comes before it once more where a thread ends in the middle (`redoneIfLost`). */
  readonly beginsAnew?: boolean;
  /** The error for a sample that a kernel found to be out of domain. */
  readonly fault: (call: Call, i: number) => RangeError;
  /** Reads the last argument, where that isn't one of the inputs. */
  readonly readTarget?: (call: Call, arg: string, x: unknown, asItLies?: boolean) => Slot;
  /** What the option `axis` takes, of losses that have it. */
  readonly axis?: ClassAxis;
}

/** Classes that may be in any dimension. */
export interface ClassAxis {
  /** How they come to the kernels where that isn't the last: those of rows, or of elements. */
  readonly rows?: RowLayout;
  readonly elements?: ElementLayout;
  /** For messages: where the classes were taken from, and where they would have to be for so many samples. */
  readonly note: (call: Call) => string;
  readonly fix: (call: Call, samples: number, sampleShape: readonly number[] | null) => string;
}

/** Samples of a call that kernels take at once. */
export interface Block {
  readonly start: number;
  readonly count: number;
}

/** What says how the rows of a call lie. */
export type Rows = Pick<Call, 'loss' | 'single' | 'width' | 'inner'>;

/** How rows whose elements lie apart come to the kernels as rows, and go back. `spare` is the address of room to work in. */
export interface RowLayout {
  /** Lays a block of rows out at an address. */
  bring(memory: Memory, call: Rows, slot: Slot, block: Block, at: number, spare: number): void;
  /** Puts rows from an address into their places. */
  take(memory: Memory, call: Rows, out: Out, block: Block, at: number, spare: number): void;
  /** Does the same for a call that is to come again. */
  again(call: Call, memory: Memory): RowsAgain;
}

/** How all rows of a call that comes again are laid out and put back. */
export interface RowsAgain {
  /** Brings an argument to an address. */
  bring(data: TypedArray, length: number, owner: ResidentBuffer | null, at: number): void;
  /** Puts a derivative from an address into its places in an array. */
  take(to: FloatArray, length: number, owner: ResidentBuffer | null, at: number): void;
}

/** What elements get of which there is one a row or a class, where classes aren't the last dimension: written from place `at` on. */
export interface ElementLayout {
  /** The weight of each element's row. */
  weights(call: Call, block: Block, into: FloatArray, at: number): void;
  /** The number of each element's class. */
  vector(call: Call, vector: Float64Array, block: Block, into: FloatArray, at: number): void;
}

/** What executes calls. */
export interface Backend {
  readonly name: 'wasm' | 'reference';
  /** Whether it brings the elements of views into order by itself, block by block. */
  readonly bringsIntoOrder?: boolean;
  /** Takes the memory that a settled call needs, or throws; `run` takes it as well, where that wasn't done before. */
  reserve(call: Call): void;
  /** Runs the calls that one is made of: the outputs that were given for it are written by all of them, or none. */
  together(call: Call, work: () => void): void;
  /** Executes a settled call: fills its outputs and its sum. */
  run(call: Call): void;
  /** Memory that calls use in place. */
  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T>;
  /** Σ of the weights of elements whose targets aren't left out, of a backend that has something quicker than a loop of JavaScript. */
  keptWeight?(call: Call): number;
  /** What remembers calls of a loss and order; null where each call works anew. */
  repeatOf(order: Order): Repeat | null;
}

/** One array, or a record of them by the names of several differentiable inputs. */
export type Derivative = FloatArray | { [name: string]: FloatArray };

/** What `valueAndGrad` and `valueGradHess` return, as the facade makes it. */
export interface Derivatives {
  value: number | FloatArray;
  grad: Derivative;
  hess?: Derivative;
  totalWeight: number;
  /** The derivatives by scalar parameters, of losses that have them. */
  parameterGrad?: { [name: string]: number };
}

/** What remembers a call. */
export interface Recorder {
  /** Where the call writes its arguments. */
  recordIn(memory: Memory): number;
  /** Remembers a call of these arguments that has just ended well. */
  remember(call: Call, a: unknown, b: unknown, c: unknown): void;
}

/** The call of a loss and order that is remembered, to be run once more: see wasm/repeat. */
export interface Repeat {
  /** Runs again what had these arguments, all of them resident; false if the facade has to look. */
  again(a: unknown, b: unknown, c: unknown, options: unknown): boolean;
  /** The same where some of them are ordinary arrays. */
  againCopied(a: unknown, b: unknown, c: unknown, options: unknown): boolean;
  /** The value, the derivatives, Σ w, and what the loss returns, after a run. */
  readonly value: number;
  readonly grad: Derivative;
  readonly hess: Derivative;
  readonly totalWeight: number;
  readonly result: number | Derivatives;
  /** The options of a call that didn't come again, which may have been read already. */
  optionsLeft(options: unknown): unknown;
  /** What remembers a call with this first argument; null if it isn't to be remembered. */
  recorderFor(a: unknown): Recorder | null;
}

/** Everything about one call. Made new for each, so that nothing of one can get into another, or stay behind. */
export class Call {
  readonly loss: Compiled;
  readonly order: Order;
  /** What will run it. */
  readonly backend: Backend;
  reduction: Reduction = 'mean';
  /** Float32 kernels and results; otherwise float64. */
  single = false;
  /** Samples: elements of a pointwise loss, rows of a rowwise one. */
  n = 0;
  /** Row width; 0 if unknown (pointwise) or nothing is there. */
  width = 0;
  /** Places from one element of a row to the next: 1 where the classes are the last dimension, as in all losses without `axis`. */
  inner = 1;
  /** The array arguments that are numbers, in order. */
  inputs: readonly Slot[] = none;
  /** The last argument of rowwise losses that have one: labels, dense target or scalars. */
  target: Slot = absent;
  /** True if `target` holds class labels. */
  labelled = false;
  weights: Slot = absent;
  /** Elements that share a weight: 1, or the row width of a pointwise loss weighted by rows. */
  weightSpan = 1;
  /**
   * What multiplies the weight of a sample: the weight of its class, 0 for one that is left out; null where nothing does. Checks what it
   * reads. Kernels of rows do the same by themselves.
   */
  factorAt: ((i: number) => number) | null = null;
  /** One weight a class of elements, and the target of which some are left out. */
  classWeight: Float64Array | null = null;
  masked: Slot | null = null;
  /** The parameters as formulas see them, and as the kernel gets them. */
  parameters: { readonly [name: string]: unknown };
  numbers: readonly number[] = [];
  /** One number a class: class weights, alpha, or the pointwise stream. */
  vector: Float64Array | null = null;
  /** Multiplies derivatives. */
  scale = 1;
  /** Σ w: the result's `totalWeight`, and the weight in an accumulator. */
  total = 0;
  /** What the mean divides by: Σ w, or what the caller gave in its place; 1 for sums. */
  denominator = 1;
  /** What the weights were multiplied by, a power of two: the denominator and Σ w·L have it as a factor, Σ w hasn't. */
  lift = 1;
  /** Σ w·L, once the call has run, in two parts: see `quotient`. */
  sum = 0;
  excess = 0;
  values: FloatArray | null = null;
  /** The derivatives by the parameters of `info.parameterGrad`, in their order, scaled as the gradient is. */
  slopes: readonly number[] = none;
  /** Where the sums of regions go that all parts of some data have in common: as the kernels have them. The call ends with that. */
  overlaps: Float64Array | null = null;
  /** The classes of a batch, numbered from 0. */
  groups: Int32Array | null = null;
  /** What remembers this call, to spare the next one of the same arguments the way through the facade. */
  repeat: Recorder | null = null;
  /** The kernel that ran once on everything, with its arguments in the repeat's record; -1 if none did. */
  kernel = -1;
  /** The arrays of the derivatives, as far as the call's order goes. */
  grads: readonly Out[] = none;
  hess: readonly Out[] = none;
  /** Arrays that plain ones were read into, to be given back. */
  borrowed: readonly Float64Array[] = none;
  /** The options as they were read, if the call is to be remembered. */
  given: Properties | null = null;
  // Those that wait until the shapes are known.
  classes = -1;
  dim = -1;
  batch = -1;
  shape: readonly number[] | null = null;
  axis = -1;
  /** The caller's own denominator of the mean; 0 without one. */
  divisor = 0;
  /** The least second derivative of a sample before its weight; −∞ without one. */
  hessianFloor = -Infinity;
  out: unknown;
  hessOut: unknown;

  constructor(loss: Compiled, order: Order, backend: Backend) {
    this.loss = loss;
    this.order = order;
    this.backend = backend;
    this.parameters = loss.defaults;
  }
}

/** True where targets may be given for each class: one-hot or soft. */
export const takesDense = (definition: Definition): boolean =>
  definition.shape === 'region' || (definition.shape === 'rowwise' && definition.target === 'classes');

/** True if the target has a number for each class, where it might have been labels. */
export function hasDenseTarget({ loss, labelled, target }: Call): boolean {
  return !labelled && target.data !== null && takesDense(loss.definition);
}

/** Where row r begins in an array of rows. Its elements are `inner` places apart. */
export const rowStart = ({ width, inner }: Call, r: number): number =>
  inner === 1 ? r * width : Math.floor(r / inner) * inner * width + (r % inner);

/** The row that element i stands in. */
export const rowOf = ({ width, inner }: Call, i: number): number =>
  inner === 1 ? Math.floor(i / width) : Math.floor(i / (inner * width)) * inner + (i % inner);

/** A sample's loss in the call's precision: one that overflows float32 is +∞, whatever the formulas compute in. */
export const inPrecision = (call: Call, x: number): number => (call.single ? Math.fround(x) : x);
