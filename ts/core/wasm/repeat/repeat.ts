/**
 * Calls that come again: in a training loop the same arrays and options come thousands of times, and for few elements the way through the
 * facade takes longer than the work. A call leaves its record of arguments in memory, and the next one that has the same arguments
 * runs the kernel on it as it stands, after copying in what is not resident.
 */

import { readError } from '../../base/errors.ts';
import { numbered, numberOf } from '../../base/identity.ts';
import type { Memory } from '../../memory/memory.ts';
import { staleness } from '../../memory/resident.ts';
import type { Call, Derivative, Derivatives, Order, Recorder, Repeat } from '../../model/call.ts';
import { type Kept, keep } from './kept.ts';
import { same } from './knownOptions.ts';

/** What a call's options are to one that is remembered; getters among them may throw. */
function optionsOf(kept: Kept, options: unknown): unknown {
  try {
    return kept.options.read(options);
  } catch (error) {
    throw readError(kept.fn, error);
  }
}

/** Of calls that never come again, one in so many is still looked at. */
const longestWait = 64;

/** The call of one loss and order that is remembered. */
export class WasmRepeat implements Repeat, Recorder {
  readonly #order: Order;
  #kept: Kept | null = null;
  /** Whether it will be told when to forget. */
  #isTold = false;
  /** Where its arguments are, the same for all that are remembered. */
  #memory: Memory | null = null;
  #record = 0;
  /** Options that turned out to be others, as they were read. */
  #read: unknown;
  /** Whether the call that is remembered has come again, or there was none. */
  #hasCome = true;
  /** The number of the first argument of the call before, if that was looked at. */
  #seen = 0;
  /** Calls to let pass before one is looked at again, and the same for the next time. */
  #wait = 0;
  #nextWait = 1;

  constructor(order: Order) {
    this.#order = order;
  }

  /**
   * Runs the kernel once more, if these are the arguments of the call that is remembered, all of them resident, and all is well; false if
   * the facade has to look. So short that engines put it, and the getters below, into the caller's loop, which then allocates nothing.
   */
  again(a: unknown, b: unknown, c: unknown, options: unknown): boolean {
    const kept = this.#kept;
    if (kept === null || !kept.isResident || !kept.hasBuffers(a, b, c)) return false;
    return this.#hasOptions(kept, options) && this.#runs(kept, options);
  }

  /** The same where some of them are ordinary arrays. */
  againCopied(a: unknown, b: unknown, c: unknown, options: unknown): boolean {
    const kept = this.#kept;
    if (kept === null || kept.isResident || !kept.hasArrays(a, b, c)) return false;
    if (!this.#hasOptions(kept, options)) return false;
    return kept.bringsIn(a, b, c) ? this.#runs(kept, options) : this.#fails(kept, options);
  }

  #hasOptions(kept: Kept, options: unknown): boolean {
    return options === undefined ? !kept.hasOptions : this.#readsOptions(kept, options);
  }

  /** Reads the options, which may run what the caller likes: this very loss, or something that frees or moves memory. */
  #readsOptions(kept: Kept, options: unknown): boolean {
    const read = optionsOf(kept, options);
    if (read === same && this.#kept === kept) return true;
    if (read === same) return this.#fails(kept, options);
    this.#read = read;
    return false;
  }

  #runs(kept: Kept, options: unknown): boolean {
    if (!kept.runs()) return this.#fails(kept, options);
    this.#wait = 0;
    this.#nextWait = 1;
    this.#hasCome = true;
    return true;
  }

  /** False: the facade has to look, with the options that were read. */
  #fails(kept: Kept, options: unknown): false {
    if (options !== undefined) this.#read = kept.options.take(options as object);
    return false;
  }

  /** The options of a call that didn't come again, which may have been read already. */
  optionsLeft(options: unknown): unknown {
    const read = this.#read ?? options;
    this.#read = undefined;
    return read;
  }

  /** The value, after a run. */
  get value(): number {
    return this.#kept!.value;
  }

  /** The derivatives, after a run. */
  get grad(): Derivative {
    return this.#kept!.grad.arrays;
  }

  get hess(): Derivative {
    return this.#kept!.hess.arrays;
  }

  /** Σ w. */
  get totalWeight(): number {
    return this.#kept!.totalWeight;
  }

  /** What the loss returns, after a run. */
  get result(): number | Derivatives {
    const { value } = this;
    if (this.#order === 0) return value;
    const { grad, totalWeight } = this;
    return this.#order === 1 ? { value, grad, totalWeight } : { value, grad, hess: this.hess, totalWeight };
  }

  /**
   * Itself, if a call is to be remembered: one whose first argument came twice in a row. To look at calls costs time as well, so that
   * fewer and fewer are, while none comes again.
   */
  recorderFor(a: unknown): Recorder | null {
    if (this.#wait > 0) {
      this.#wait--;
      return null;
    }
    if (typeof a !== 'object' || a === null) return null;
    if (this.#seen === 0) {
      this.#seen = numbered(a);
      return null;
    }
    if (this.#hasCome && numberOf(a) === this.#seen) return this;
    this.#seen = 0;
    this.#hasCome = true;
    this.#wait = this.#nextWait;
    this.#nextWait = Math.min(2 * this.#nextWait, longestWait);
    return null;
  }

  /** Forgets the call: something has become of buffers, or of memory. */
  forget(): void {
    this.#kept = null;
    this.#isTold = false;
  }

  /** Where a call that is to be remembered writes its arguments: from here on the last one is forgotten. */
  recordIn(memory: Memory): number {
    this.#kept = null;
    if (this.#memory !== memory) {
      this.#memory = memory;
      this.#record = memory.newRecord();
    }
    return this.#record;
  }

  /** Remembers the call that has just ended well. Nothing of the caller's has run since `recordIn`. */
  remember(call: Call, a: unknown, b: unknown, c: unknown): void {
    if (this.#memory !== null) this.#kept = keep(call, this.#memory, this.#record, [a, b, c]);
    if (this.#kept !== null && !this.#isTold) staleness.tell(this);
    this.#isTold ||= this.#kept !== null;
    this.#hasCome = false;
  }
}
