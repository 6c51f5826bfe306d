/** The record of one call: the facade fills it in, a backend executes it. */

import type { Sum } from '../base/sum.ts';
import type { Numbers } from '../base/typed.ts';
import type { ElementType, FloatArray, LossInfo, Reduction } from '../base/types.ts';
import type { KernelExports, Memory } from '../memory/memory.ts';
import type { ResidentBuffer } from '../memory/resident.ts';
import type { Definition } from './definition.ts';
import type { Parameters } from './parameters.ts';

/** One array of a call. Resident buffers appear as their view. */
export class Slot {
  /** Numbers read, or null where the argument is absent. */
  data: Numbers | null = null;
  shape: readonly number[] | null = null;
  /** The resident buffer that `data` is the view of. */
  owner: ResidentBuffer | null = null;
  /** Where in WebAssembly's memory it was copied to; 0 if it was used in place. */
  copiedTo = 0;

  set(data: Numbers | null, shape: readonly number[] | null, owner: ResidentBuffer | null = null): void {
    this.data = data;
    this.shape = shape;
    this.owner = owner;
    this.copiedTo = 0;
  }
}

/** One array that a call writes. */
export class Out {
  data: FloatArray | null = null;
  /** The resident buffer that it is the view of: the result has the buffer's newest view. */
  owner: ResidentBuffer | null = null;
  /** Where in WebAssembly's memory it was copied from; 0 if it was written in place. */
  copiedTo = 0;

  set(data: FloatArray | null, owner: ResidentBuffer | null): void {
    this.data = data;
    this.owner = owner;
    this.copiedTo = 0;
  }
}

/** Which derivatives are wanted besides the value. */
export type Order = 0 | 1 | 2;

/** No loss has more arrays of a kind. */
const places = 4;

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
  /** The kernels' handles, when they were first needed (−1 before): float32, float64, then those for dense targets. */
  readonly kernels: number[];
  readonly info: LossInfo;
}

/** What each shape does its own way. */
export interface Steps {
  /** Settles samples and row width, given the length of the inputs. */
  readonly settle: (call: Call, length: number) => void;
  /** Σ w, the denominator of the mean; checks the weights. */
  readonly total: (call: Call) => number;
  /** The reference: fills the outputs and returns Σ w·L. */
  readonly compute: (call: Call) => Sum;
  /** The same with kernels, where these need everything at once, not block by block. */
  readonly whole?: (call: Call, exports: KernelExports, memory: Memory) => void;
}

/** What executes calls. */
export interface Backend {
  readonly name: 'wasm' | 'reference';
  /** Executes a settled call: fills its outputs and its sum. */
  run(call: Call): void;
  /** Memory that calls use in place. */
  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T>;
}

/** One array, or a record of them by the names of several differentiable inputs. */
export type Derivative = FloatArray | { [name: string]: FloatArray };

/** What `valueAndGrad` and `valueGradHess` return, as the facade makes it. */
export interface Derivatives {
  value: number | FloatArray;
  grad: Derivative;
  hess?: Derivative;
}

/** What remembers a call. */
export interface Recorder {
  /** Where the call writes its arguments. */
  recordIn(memory: Memory, call: Call): number;
}

/** Everything about one call. */
export class Call {
  loss!: Compiled;
  order: Order = 0;
  reduction: Reduction = 'mean';
  /** Float32 kernels and results; otherwise float64. */
  single = false;
  /** Samples: elements of a pointwise loss, rows of a rowwise one. */
  n = 0;
  /** Row width; 0 if unknown (pointwise) or nothing is there. */
  width = 0;
  /** The array arguments that are numbers, in order. */
  readonly inputs: readonly Slot[] = Array.from({ length: places }, () => new Slot());
  /** The last argument of rowwise losses that have one: labels, dense target or scalars. */
  readonly target = new Slot();
  /** True if `target` holds class labels. */
  labelled = false;
  readonly weights = new Slot();
  /** Elements that share a weight: 1, or the row width of a pointwise loss weighted by rows. */
  weightSpan = 1;
  /** The parameters as formulas see them, and as the kernel gets them. */
  parameters: { readonly [name: string]: unknown } = {};
  numbers: readonly number[] = [];
  /** One number a class: class weights, alpha, or the pointwise stream. */
  vector: Float64Array | null = null;
  /** Multiplies derivatives. */
  scale = 1;
  /** The denominator of the mean, and the weight in an accumulator. */
  total = 0;
  /** Σ w·L, once the call has run, in two parts: see `quotient`. */
  sum = 0;
  excess = 0;
  values: FloatArray | null = null;
  /** What remembers this call, to spare the next one of the same arguments the way through the facade. */
  repeat: Recorder | null = null;
  /** The kernel that ran once on everything, with its arguments in the repeat's record; -1 if none did. */
  kernel = -1;
  readonly grads: Out[] = Array.from({ length: places }, () => new Out());
  readonly hess: Out[] = Array.from({ length: places }, () => new Out());
  // Options as they came, until the shapes are known.
  classes = -1;
  dim = -1;
  batch = -1;
  out: unknown;
  hessOut: unknown;

  /** Lets go of everything that belongs to the caller. */
  clear(): void {
    const { inputs, grads } = this.loss;
    for (let i = 0; i < inputs.length; i++) this.inputs[i]!.set(null, null);
    if (this.order > 0) {
      for (let i = 0; i < grads.length; i++) {
        this.grads[i]!.set(null, null);
        this.hess[i]!.set(null, null);
      }
    }
    this.target.set(null, null);
    this.weights.set(null, null);
    this.vector = null;
    this.values = null;
    this.repeat = null;
    this.kernel = -1;
    this.out = undefined;
    this.hessOut = undefined;
  }
}

/** True if the target has a number for each class, where it might have been labels. */
export function hasDenseTarget({ loss, labelled, target }: Call): boolean {
  const { definition } = loss;
  return !labelled && target.data !== null && definition.shape === 'rowwise' && definition.target === 'classes';
}

/** A sample's loss in the call's precision: one that overflows float32 is +∞, whatever the formulas compute in. */
export const inPrecision = (call: Call, x: number): number => (call.single ? Math.fround(x) : x);

let spare: Call | null = null;

/**
 * A record to fill in. One is reused, so that a call allocates nothing but its result. Tensors and options may have getters
 * that call a loss in turn while this one is being resolved: the inner call then finds no spare and makes its own. A call
 * that throws doesn't return its record; the next one makes another.
 */
export function acquire(): Call {
  const call = spare ?? new Call();
  spare = null;
  return call;
}

/** Gives a record back, after `clear`. */
export function release(call: Call): void {
  call.clear();
  spare = call;
}
