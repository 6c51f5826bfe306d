/** Where a call that is remembered writes. */

import { lengthOf } from '../../base/typed.ts';
import type { FloatArray } from '../../base/types.ts';
import { copyOutAgain } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { ResidentBuffer } from '../../memory/resident.ts';
import type { Call, Derivative, RowsAgain } from '../../model/call.ts';
import type { Out } from '../../model/slot.ts';
import type { KnownOptions } from './knownOptions.ts';

/** A derivative, and where it goes. */
class Result {
  readonly #memory: Memory;
  readonly #length: number;
  readonly #isSingle: boolean;
  /** Where the kernel writes, if it is copied from there. */
  readonly #at: number;
  /** The resident buffer that was given. */
  readonly #owner: ResidentBuffer | null;
  /** The list in which the caller's array is found, and its place there; null if each call makes its own. */
  readonly #list: unknown[] | null;
  readonly #place: number;
  /** How its rows go to their places, where their elements lie apart. */
  readonly #apart: RowsAgain | null;
  /** What lies there: good until memory moves, from when on the call is forgotten. */
  #view: FloatArray | null = null;

  constructor(call: Call, out: Out, options: KnownOptions, memory: Memory, apart: RowsAgain | null) {
    const where = out.owner === null ? options.whereIs(out.given) : null;
    this.#owner = out.owner;
    this.#memory = memory;
    this.#apart = apart;
    this.#length = out.length;
    this.#isSingle = call.single;
    this.#at = out.copiedTo;
    this.#list = where?.list ?? null;
    this.#place = where?.place ?? -1;
  }

  get isResident(): boolean {
    return this.#at === 0;
  }

  get isDetached(): boolean {
    return this.#list !== null && lengthOf(this.#list[this.#place] as FloatArray) !== this.#length;
  }

  /** The derivative where the caller expects it, after a run. */
  get array(): FloatArray {
    if (this.isResident) return this.#owner!.array as FloatArray;
    const to = this.#owner === null ? this.#own() : (this.#owner.array as FloatArray);
    if (this.#apart === null)
      this.#view = copyOutAgain(to, this.#length, this.#isSingle, this.#view, this.#memory, this.#at);
    else this.#apart.take(to, this.#length, this.#owner, this.#at);
    return to;
  }

  /** The caller's array, which isn't held any longer, or a new one. */
  #own(): FloatArray {
    if (this.#list === null) return this.#isSingle ? new Float32Array(this.#length) : new Float64Array(this.#length);
    const given = this.#list[this.#place] as FloatArray;
    this.#list[this.#place] = undefined;
    return given;
  }
}

/** The derivatives of one order. */
export class Results {
  readonly #names: readonly string[];
  readonly #all: readonly Result[];
  readonly #only: Result | undefined;

  constructor(call: Call, outs: readonly Out[], options: KnownOptions, memory: Memory, apart: RowsAgain | null) {
    this.#names = call.loss.grads;
    this.#all = outs.map((out) => new Result(call, out, options, memory, apart));
    this.#only = this.#names.length === 1 ? this.#all[0] : undefined;
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

  get areDetached(): boolean {
    for (let i = 0; i < this.#all.length; i++) if (this.#all[i]!.isDetached) return true;
    return false;
  }

  /** The derivatives where the caller expects them, after a run: one array, or a record of them. */
  get arrays(): Derivative {
    return this.#only === undefined ? this.#record() : this.#only.array;
  }

  #record(): Derivative {
    const record: { [name: string]: FloatArray } = {};
    for (let i = 0; i < this.#names.length; i++) record[this.#names[i]!] = this.#all[i]!.array;
    return record;
  }
}
