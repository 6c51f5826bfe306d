/** A call that is remembered. It holds none of the caller's arrays, only the numbers by which they are known again. */

import { numbered, numberOf } from '../base/identity.ts';
import { Properties } from '../base/properties.ts';
import { quotient } from '../base/total.ts';
import { lengthOf } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { copyAllIn } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { ResidentBuffer, staleness } from '../memory/resident.ts';
import type { Call, Slot } from '../model/call.ts';
import { KnownOptions, same } from './knownOptions.ts';
import { Results } from './results.ts';

/** An argument that is copied in: its place among the arguments, its length, and the address. */
interface Copy {
  readonly place: number;
  readonly length: number;
  readonly at: number;
}

/** What a call was given and came to. Made whole for each that is remembered. */
export class Kept {
  /** `staleness` at the time. */
  readonly stale: number = staleness.count;
  /** Whether all arguments are resident, so that the kernel may run at once. */
  readonly isResident: boolean;
  readonly #memory: Memory;
  readonly #record: number;
  readonly #kernel: number;
  readonly #total: number;
  readonly #a: number;
  readonly #b: number;
  readonly #c: number;
  readonly #copies: readonly Copy[];
  readonly #options: KnownOptions;
  readonly #hasOptions: boolean;
  readonly #grad: Results;
  readonly #hess: Results;
  /** The arrays among the options of the call that is under way. */
  readonly #found: unknown[] = [];
  #isReading = false;

  constructor(call: Call, memory: Memory, record: number, numbers: readonly number[], copies: readonly Copy[]) {
    const { reduction, total, grads, hess } = call;
    const given = call.given ?? new Properties({});
    const arrays = arraysAmong(given);
    this.#memory = memory;
    this.#record = record;
    this.#kernel = call.kernel;
    this.#total = reduction === 'mean' ? total : 1;
    [this.#a, this.#b, this.#c] = numbers as [number, number, number];
    this.#copies = copies;
    this.#options = new KnownOptions(given, arrays);
    this.#hasOptions = given.names.length > 0;
    this.#grad = new Results(call, grads, arrays);
    this.#hess = new Results(call, hess, arrays);
    this.isResident = copies.length === 0 && this.#grad.areResident && this.#hess.areResident;
  }

  /** Whether these are the arguments, where all of them are resident. */
  hasBuffers(a: unknown, b: unknown, c: unknown): boolean {
    const { numberOf } = ResidentBuffer;
    return numberOf(a) === this.#a && numberOf(b) === this.#b && numberOf(c) === this.#c;
  }

  /** Whether these are the arguments, of either kind. */
  hasArrays(a: unknown, b: unknown, c: unknown): boolean {
    return numberOfAny(a) === this.#a && numberOfAny(b) === this.#b && numberOfAny(c) === this.#c;
  }

  /** Reads options: `same`, or what the facade goes on with. A call made by a getter among them isn't taken for this one. */
  readOptions(options: unknown): unknown {
    if (options === undefined) return this.#hasOptions ? options : same;
    if (this.#isReading) return options;
    this.#isReading = true;
    let read: unknown;
    try {
      read = this.#options.read(options, this.#found);
    } finally {
      this.#isReading = false;
      if (read !== same) this.#letGo();
    }
    return read;
  }

  /** The options that were found to be the same, for the facade to go on with. */
  takeOptions(options: unknown): unknown {
    if (options === undefined) return options;
    const read = this.#options.all(options as object, this.#found);
    this.#letGo();
    return read;
  }

  #letGo(): void {
    for (let i = 0; i < this.#found.length; i++) this.#found[i] = undefined;
  }

  /** Copies in what isn't resident; false if an array has been detached. */
  bringsIn(a: unknown, b: unknown, c: unknown): boolean {
    if (this.#grad.areDetached(this.#found) || this.#hess.areDetached(this.#found)) return false;
    for (const { place, length, at } of this.#copies) {
      const data = arrayOf((place === 0 ? a : place === 1 ? b : c) as Int32Array | FloatArray | ResidentBuffer);
      if (lengthOf(data) !== length) return false;
      copyAllIn(data, length, this.#memory, at);
    }
    return true;
  }

  /** Runs the kernel; false if something is wrong with the data. */
  runs(): boolean {
    const { f64 } = this.#memory;
    f64[this.#record] = 0;
    f64[this.#record + 1] = 0;
    return this.#memory.run(this.#kernel, this.#record) === -1;
  }

  /** The value, after a run. */
  get value(): number {
    const { f64 } = this.#memory;
    return quotient(f64[this.#record]!, f64[this.#record + 1]!, this.#total);
  }

  /** The derivatives, after a run. */
  get grad() {
    return this.#grad.arrays(this.#memory, this.#found);
  }

  get hess() {
    return this.#hess.arrays(this.#memory, this.#found);
  }
}

/** The elements of an argument; a buffer of the other backend is copied as well. */
const arrayOf = (x: Int32Array | FloatArray | ResidentBuffer): Int32Array | FloatArray =>
  x instanceof ResidentBuffer ? x.array : x;

const numberOfAny = (x: unknown): number => ResidentBuffer.numberOf(x) || numberOf(x);

/** The arrays in options, and in the records there. */
function arraysAmong({ values }: Properties): unknown[] {
  return values.flatMap((value) => {
    if (value instanceof Properties) return arraysAmong(value);
    return typeof value === 'object' && value !== null ? [value] : [];
  });
}

/** A call that has just ended well; null if the same arguments aren't sure to come to the same record. */
export function keep(call: Call, memory: Memory, record: number, args: readonly unknown[]): Kept | null {
  if (call.kernel === -1 || !hangsOnArgumentsAlone(call) || !Results.canKeep(call)) return null;
  const { inputs, target } = call;
  const numbers: number[] = [];
  const copies: Copy[] = [];
  for (let place = 0; place < args.length; place++) {
    const x = args[place];
    // Fewer arguments than places for them.
    if (x === undefined) {
      numbers.push(0);
      continue;
    }
    const slot = inputs[place] ?? target;
    if (!isHeld(slot, x)) return null;
    numbers.push(x instanceof ResidentBuffer ? ResidentBuffer.numberOf(x) : numbered(x as object));
    if (slot.copiedTo !== 0) copies.push({ place, length: slot.length, at: slot.copiedTo });
  }
  return new Kept(call, memory, record, numbers, copies);
}

/** False for an argument that may change inside while staying the same object, or that was converted. */
const isHeld = (slot: Slot, x: unknown): boolean => slot.owner === x || (slot.data === x && !slot.plain);

/** True if nothing of what was worked out for the call hangs on what is in its arrays: no weights, no rows left out. */
function hangsOnArgumentsAlone(call: Call): boolean {
  const ignores = call.labelled && typeof call.parameters.ignoreIndex === 'number';
  return call.values === null && call.vector === null && call.weights.data === null && !ignores;
}
