/**
 * A call that is remembered. Of the caller's arrays it holds only the numbers by which they are known again; resident buffers themselves,
 * which take their memory until they're freed, and then it is forgotten.
 */

import { numbered, numberOf } from '../../base/identity.ts';
import { Properties } from '../../base/properties.ts';
import { quotient } from '../../base/total.ts';
import { kindOf, lengthOf, type TypedArray, typedArray } from '../../base/typed.ts';
import type { FloatArray } from '../../base/types.ts';
import { copyAllIn, copyIn } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import { ResidentBuffer } from '../../memory/resident.ts';
import type { Call, RowsAgain } from '../../model/call.ts';
import type { Slot } from '../../model/slot.ts';
import { labelsIn } from '../plan.ts';
import { type Cut, cutFor, runCut } from '../threads/crew.ts';
import { KnownOptions } from './knownOptions.ts';
import { Results } from './results.ts';

/** An argument that is copied in: its place among the arguments, its length, and the address. */
interface Copy {
  readonly place: number;
  readonly length: number;
  readonly at: number;
  /** Bytes of a float that kernels read; 0 for labels. */
  readonly size: number;
  /** Whether it is of another type than that. */
  readonly converts: boolean;
  /** Whether it is rows that are brought together. */
  readonly isApart: boolean;
}

/** What a call was given and came to. Made whole for each that is remembered. */
export class Kept {
  /** Whether all arguments are resident, so that the kernel may run at once. */
  readonly isResident: boolean;
  readonly options: KnownOptions;
  /** The name of the loss. */
  readonly fn: string;
  readonly hasOptions: boolean;
  readonly grad: Results;
  readonly hess: Results;
  readonly totalWeight: number;
  readonly #memory: Memory;
  readonly #record: number;
  readonly #kernel: number;
  readonly #denominator: number;
  /** How threads share the work, where they do. */
  readonly #cut: Cut | null;
  readonly #a: Known;
  readonly #b: Known;
  readonly #c: Known;
  readonly #copies: readonly Copy[];
  /** How its rows lie, where their elements are apart. */
  readonly #apart: RowsAgain | null;

  constructor(call: Call, memory: Memory, record: number, args: readonly Known[], copies: readonly Copy[]) {
    this.fn = call.loss.name;
    this.#memory = memory;
    this.#record = record;
    this.#kernel = call.kernel;
    this.totalWeight = call.total;
    this.#denominator = call.denominator;
    this.#cut = cutFor(call, memory, call.n);
    [this.#a, this.#b, this.#c] = args as [Known, Known, Known];
    this.#copies = copies;
    this.options = new KnownOptions(call.given ?? new Properties({}), call.shape);
    this.hasOptions = this.options.count > 0;
    this.#apart = isApart(call) ? call.loss.steps.axis!.rows!.again(call, memory) : null;
    this.grad = new Results(call, call.grads, this.options, memory, this.#apart);
    this.hess = new Results(call, call.hess, this.options, memory, this.#apart);
    this.isResident = copies.length === 0 && this.grad.areResident && this.hess.areResident;
  }

  /** Whether these are the arguments, where all of them are resident. */
  hasBuffers(a: unknown, b: unknown, c: unknown): boolean {
    return a === this.#a && b === this.#b && c === this.#c;
  }

  /** Whether these are the arguments, of either kind. */
  hasArrays(a: unknown, b: unknown, c: unknown): boolean {
    return is(a, this.#a) && is(b, this.#b) && is(c, this.#c);
  }

  /** Copies in what isn't resident; false if an array has been detached. */
  bringsIn(a: unknown, b: unknown, c: unknown): boolean {
    if (this.grad.areDetached || this.hess.areDetached) return false;
    for (let i = 0; i < this.#copies.length; i++) {
      const { place, length, at, size, converts, isApart } = this.#copies[i]!;
      const x = (place === 0 ? a : place === 1 ? b : c) as TypedArray | ResidentBuffer;
      // A buffer that the other backend made is copied as well.
      const held = x instanceof ResidentBuffer ? x.array : x;
      // Its prototype may have been replaced since; what is copied as it is goes by the kind that it had, which stays.
      const data = converts || isApart ? typedArray(held)! : held;
      if (lengthOf(data) !== length) return false;
      if (isApart) this.#apart!.bring(data, length, x instanceof ResidentBuffer ? x : null, at);
      else if (converts) this.#convert(data, length, at, size);
      else copyAllIn(data as Int32Array | FloatArray, length, this.#memory, at, size);
    }
    return true;
  }

  /** Copies in what is of another type than kernels read. */
  #convert(data: TypedArray, length: number, at: number, size: number): void {
    if (size === 0) labelsIn(this.#memory, data, 0, length, at / 4);
    else copyIn(data, 0, length, this.#memory, at, size);
  }

  /** Runs the kernel; false if something is wrong with the data. */
  runs(): boolean {
    const memory = this.#memory;
    const { f64 } = memory;
    f64[this.#record] = 0;
    f64[this.#record + 1] = 0;
    return runCut(memory, this.#kernel, this.#record, this.#cut) === -1;
  }

  /** The value, after a run. */
  get value(): number {
    const { f64 } = this.#memory;
    return quotient(f64[this.#record]!, f64[this.#record + 1]!, this.#denominator);
  }
}

/** Whether the elements of its rows lie apart. */
const isApart = ({ inner, loss }: Call): boolean => inner > 1 && loss.shape === 'rowwise';

/** What an argument is known by: the number of an array, a resident buffer, or nothing where there is no argument. */
type Known = number | ResidentBuffer | undefined;

const is = (x: unknown, known: Known): boolean => (typeof known === 'number' ? numberOf(x) === known : x === known);

/** A call that has just ended well; null if the same arguments aren't sure to come to the same record. */
export function keep(call: Call, memory: Memory, record: number, args: readonly unknown[]): Kept | null {
  if (call.kernel === -1 || !hangsOnArgumentsAlone(call) || !Results.canKeep(call)) return null;
  const { inputs, target } = call;
  const known: Known[] = [];
  const copies: Copy[] = [];
  for (let place = 0; place < args.length; place++) {
    const x = args[place];
    const slot = inputs[place] ?? target;
    if (x !== undefined && !isHeld(slot, x)) return null;
    known.push(x === undefined || x instanceof ResidentBuffer ? x : numbered(x as object));
    if (x !== undefined && slot.copiedTo !== 0) {
      const kind = call.labelled && slot === target ? 'Int32Array' : call.single ? 'Float32Array' : 'Float64Array';
      const size = kind === 'Int32Array' ? 0 : call.single ? 4 : 8;
      const converts = kindOf(slot.data) !== kind;
      const lies = isApart(call) && kind !== 'Int32Array';
      copies.push({ place, length: slot.length, at: slot.copiedTo, size, converts, isApart: lies });
    }
  }
  return new Kept(call, memory, record, known, copies);
}

/** False for an argument that may change inside while staying the same object, as all but typed arrays may. */
const isHeld = (slot: Slot, x: unknown): boolean => slot.owner === x || slot.data === x || isHalf(x);

const isHalf = (x: unknown): boolean => kindOf(x) === 'Float16Array';

/**
 * True if the record is all there is to the call: nothing was worked out from what is in its arrays (weights, rows left out),
 * and nothing goes before the kernel or follows it.
 */
function hangsOnArgumentsAlone(call: Call): boolean {
  const raises = call.order === 2 && call.hessianFloor !== -Infinity;
  const isPlain = call.values === null && call.vector === null && call.weights.data === null && call.factorAt === null;
  return isPlain && !raises;
}
