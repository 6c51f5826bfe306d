/**
 * Calls that come again: in a training loop the same arrays and options come thousands of times, and for few elements the way through the
 * facade takes longer than the work. A call leaves its record of arguments in memory, and the next one that has the same arguments
 * runs the kernel on it as it stands, after copying in what is not resident.
 */

import { quotient } from '../base/total.ts';
import { copyAllIn } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { staleness } from '../memory/resident.ts';
import type { Call, Derivative, Derivatives, Order, Recorder, Slot } from '../model/call.ts';
import { type Copy, Entries, hangsOnArgumentsAlone, Results } from './repeatParts.ts';

/** Equal to no argument. */
const nothing: unknown = /* @__PURE__ */ Symbol('nothing');

/** The last call of one loss and order. */
export class Repeat implements Recorder {
  readonly #order: Order;
  // What the call was given.
  #a: unknown = nothing;
  #b: unknown = nothing;
  #c: unknown = nothing;
  readonly #options = new Entries();
  /** `staleness` at the time. */
  #stale = 0;
  // What it came to.
  #memory: Memory | null = null;
  #record = 0;
  /** Whose arguments are in the record. */
  #writer: Call | null = null;
  #kernel = -1;
  #total = 1;
  #isResident = true;
  readonly #copies: Copy[] = [];
  readonly #grad = new Results();
  readonly #hess = new Results();

  constructor(order: Order) {
    this.#order = order;
  }

  /**
   * Runs the kernel once more, if these are the arguments of the last call, all of them resident, and all is well; false if the facade has
   * to look. So short that engines put it, and the getters below, into the caller's loop, which then allocates nothing.
   */
  again(a: unknown, b: unknown, c: unknown, options: unknown): boolean {
    return this.#isResident && this.#isSame(a, b, c, options) && this.#runs();
  }

  /** The same where some of them are ordinary arrays. */
  againCopied(a: unknown, b: unknown, c: unknown, options: unknown): boolean {
    return !this.#isResident && this.#isSame(a, b, c, options) && this.#bringIn() && this.#runs();
  }

  #isSame(a: unknown, b: unknown, c: unknown, options: unknown): boolean {
    // Options first: a getter among them may call this very loss.
    const isSame = this.#options.isSame(options);
    return isSame && a === this.#a && b === this.#b && c === this.#c && staleness.count === this.#stale;
  }

  #runs(): boolean {
    const memory = this.#memory!;
    memory.f64[this.#record] = 0;
    memory.f64[this.#record + 1] = 0;
    return memory.run(this.#kernel, this.#record) === -1;
  }

  /** The value, after a run. */
  get value(): number {
    const { f64 } = this.#memory!;
    return quotient(f64[this.#record]!, f64[this.#record + 1]!, this.#total);
  }

  /** The derivatives, after a run. */
  get grad(): Derivative {
    return this.#grad.arrays(this.#memory!);
  }

  get hess(): Derivative {
    return this.#hess.arrays(this.#memory!);
  }

  /** What the loss returns, after a run. */
  get result(): number | Derivatives {
    const { value } = this;
    if (this.#order === 0) return value;
    return this.#order === 1 ? { value, grad: this.grad } : { value, grad: this.grad, hess: this.hess };
  }

  /** Copies in what isn't resident; false if an array has been detached. */
  #bringIn(): boolean {
    if (this.#grad.areDetached || this.#hess.areDetached) return false;
    for (const { data, length, at } of this.#copies) {
      if (data.length !== length) return false;
      copyAllIn(data, this.#memory!, at);
    }
    return true;
  }

  /** Where the facade's next call writes its arguments: from here on the last one is forgotten. */
  recordIn(memory: Memory, call: Call): number {
    this.#a = nothing;
    this.#writer = call;
    if (this.#memory === null) {
      this.#memory = memory;
      this.#record = memory.newRecord();
    }
    return this.#record;
  }

  /** Remembers a call that has just ended well, if the same arguments are sure to come to the same record. */
  remember(call: Call, a: unknown, b: unknown, c: unknown, options: unknown): void {
    if (call.kernel === -1 || this.#record === this.#memory!.record || !hangsOnArgumentsAlone(call)) return;
    this.#copies.length = 0;
    const { inputs, target, loss } = call;
    const slot = (place: number): Slot => (place < loss.inputs.length ? inputs[place]! : target);
    const keeps = (x: unknown, place: number) => this.#keepArgument(call, x, slot(place));
    if (!keeps(a, 0) || !keeps(b, 1) || !keeps(c, 2)) return;
    if (this.#order > 0 && !this.#grad.keep(call, call.grads, call.out)) return;
    if (this.#order > 1 && !this.#hess.keep(call, call.hess, call.hessOut)) return;
    // A getter among them may have called this very loss.
    if (!this.#options.keep(options) || this.#writer !== call) return;
    this.#isResident = this.#copies.length === 0 && this.#grad.areResident && this.#hess.areResident;
    this.#kernel = call.kernel;
    this.#total = call.reduction === 'mean' ? call.total : 1;
    this.#stale = staleness.count;
    this.#a = a;
    this.#b = b;
    this.#c = c;
  }

  /** Keeps an argument; false if it is something that may change inside while staying the same object. */
  #keepArgument(call: Call, x: unknown, slot: Slot): boolean {
    if (x === undefined || slot.owner === x) return true;
    const isLabels = x instanceof Int32Array && call.labelled && slot === call.target;
    if (slot.data !== x || !(x instanceof Float32Array || x instanceof Float64Array || isLabels)) return false;
    if (slot.copiedTo !== 0) this.#copies.push({ data: x, length: x.length, at: slot.copiedTo });
    return true;
  }
}
