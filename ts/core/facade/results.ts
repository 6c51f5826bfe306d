/** Where a call that is remembered writes. */

import { lengthOf } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { copyOutAgain } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import type { Call, Derivative, Out } from '../model/call.ts';

/** A derivative, and where it goes. */
class Result {
  /** Place of the caller's array among those found in the options; −1 if each call makes its own. */
  readonly #place: number;
  readonly #length: number;
  readonly #isSingle: boolean;
  /** Where the kernel writes, if it is copied from there. */
  readonly #at: number;
  /** What lies there: good until memory moves, from when on the call is forgotten. */
  #view: FloatArray | null = null;

  constructor(call: Call, out: Out, place: number) {
    this.#place = place;
    this.#length = out.length;
    this.#isSingle = call.single;
    this.#at = out.copiedTo;
  }

  get isResident(): boolean {
    return this.#at === 0;
  }

  isDetached(found: readonly unknown[]): boolean {
    if (this.#place < 0 || this.isResident) return false;
    const given = found[this.#place] as FloatArray | ResidentBuffer;
    return !(given instanceof ResidentBuffer) && lengthOf(given) !== this.#length;
  }

  /** The derivative where the caller expects it. */
  array(memory: Memory, found: unknown[]): FloatArray {
    const to = this.#target(found);
    if (!this.isResident) this.#view = copyOutAgain(to, this.#length, this.#view, memory, this.#at);
    return to;
  }

  /** The caller's array, or a new one. */
  #target(found: unknown[]): FloatArray {
    if (this.#place < 0) return this.#isSingle ? new Float32Array(this.#length) : new Float64Array(this.#length);
    const given = found[this.#place] as FloatArray | ResidentBuffer;
    found[this.#place] = undefined;
    return given instanceof ResidentBuffer ? (given.array as FloatArray) : given;
  }
}

/** The derivatives of one order. */
export class Results {
  readonly #names: readonly string[];
  readonly #all: readonly Result[];

  /** The arrays that were given are among `arrays`. */
  constructor(call: Call, outs: readonly Out[], arrays: readonly unknown[]) {
    this.#names = call.loss.grads;
    this.#all = outs.map((out) => new Result(call, out, arrays.indexOf(out.owner ?? out.given)));
  }

  /**
   * False where the kernel wrote over an input, which the facade must see unchanged if there is a fault; and where arrays were given that
   * this call doesn't write.
   */
  static canKeep({ order, inputs, grads, hess, out, hessOut }: Call): boolean {
    if ((out !== undefined && order < 1) || (hessOut !== undefined && order < 2)) return false;
    return [...grads, ...hess].every(({ owner, copiedTo, data, given }) => {
      if (copiedTo !== 0) return data === given;
      return owner !== null && inputs.every((input) => input.data !== data);
    });
  }

  get areResident(): boolean {
    return this.#all.every((result) => result.isResident);
  }

  areDetached(found: readonly unknown[]): boolean {
    for (let i = 0; i < this.#all.length; i++) if (this.#all[i]!.isDetached(found)) return true;
    return false;
  }

  /** The derivatives where the caller expects them: one array, or a record of them. */
  arrays(memory: Memory, found: unknown[]): Derivative {
    if (this.#names.length === 1) return this.#all[0]!.array(memory, found);
    const record: { [name: string]: FloatArray } = {};
    for (let i = 0; i < this.#names.length; i++) record[this.#names[i]!] = this.#all[i]!.array(memory, found);
    return record;
  }
}
