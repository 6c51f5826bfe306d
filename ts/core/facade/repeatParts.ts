/** What a repeated call is given, reads and writes. */

import type { FloatArray } from '../base/types.ts';
import { copyOutAgain } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import type { Call, Derivative, Out } from '../model/call.ts';

/** An array that is copied in. */
export interface Copy {
  readonly data: Int32Array | FloatArray;
  readonly length: number;
  readonly at: number;
}

/** The properties of an options object, and of the records of arrays in it. */
export class Entries {
  readonly #keys: string[] = [];
  readonly #values: unknown[] = [];

  /** Whether an object has these properties and no others, in the same order. */
  isSame(given: unknown): boolean {
    let count = 0;
    if (given !== undefined) {
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
      const object = given as { readonly [name: string]: unknown };
      for (const key in object) {
        if (count >= this.#keys.length || key !== this.#keys[count]) return false;
        const value = object[key];
        const kept = this.#values[count];
        if (kept !== value && !(kept instanceof Entries && kept.isSame(value))) return false;
        count++;
      }
    }
    return count === this.#keys.length;
  }

  /** Keeps what an object has; false if something may change inside while staying the same object. */
  keep(given: unknown, areOutputs = false): boolean {
    this.#keys.length = 0;
    this.#values.length = 0;
    const object = (given ?? {}) as { readonly [name: string]: unknown };
    for (const key in object) {
      const value = object[key];
      const isArray = ArrayBuffer.isView(value) || value instanceof ResidentBuffer;
      const isSimple = typeof value !== 'object' || value === null;
      if (!areOutputs && key !== 'out' && key !== 'hessOut' && !isSimple) return false;
      this.#keys.push(key);
      this.#values.push(isSimple || isArray ? value : recordOf(value));
    }
    return true;
  }
}

/** The arrays of several derivatives. */
function recordOf(outputs: unknown): Entries {
  const entries = new Entries();
  entries.keep(outputs, true);
  return entries;
}

/** A derivative, and where it goes. */
class Result {
  /** The resident buffer that the kernel writes. */
  #owner: ResidentBuffer | null = null;
  /** Otherwise, the caller's array; without one, each call makes its own. */
  #given: FloatArray | null = null;
  #length = 0;
  #at = 0;
  /** What lies there: good until memory moves, from when on the call is forgotten. */
  #view: FloatArray | null = null;
  #isSingle = false;

  /** As `Results`. */
  keep(call: Call, out: Out, isGiven: boolean): boolean {
    const data = out.data!;
    if (out.copiedTo === 0 && (out.owner === null || call.inputs.some((input) => input.data === data))) return false;
    this.#owner = out.owner;
    this.#given = isGiven ? data : null;
    this.#length = data.length;
    this.#at = out.copiedTo;
    this.#view = null;
    this.#isSingle = call.single;
    return true;
  }

  get isResident(): boolean {
    return this.#at === 0;
  }

  get isDetached(): boolean {
    return this.#given !== null && this.#given.length !== this.#length;
  }

  /** The derivative where the caller expects it. */
  array(memory: Memory): FloatArray {
    if (this.#owner !== null) return this.#owner.array as FloatArray;
    const to = this.#given ?? (this.#isSingle ? new Float32Array(this.#length) : new Float64Array(this.#length));
    this.#view = copyOutAgain(to, this.#view, memory, this.#at);
    return to;
  }
}

/** The derivatives of one order. */
export class Results {
  readonly #first = new Result();
  /** All of them, by name. */
  readonly #all: Result[] = [this.#first];
  #names: readonly string[] = [];

  /** Takes over where a call wrote; false where the kernel wrote over an input, which the facade must see unchanged if there is a fault. */
  keep(call: Call, outs: readonly Out[], given: unknown): boolean {
    this.#names = call.loss.grads;
    for (let i = 0; i < this.#names.length; i++) {
      this.#all[i] ??= new Result();
      if (!this.#all[i]!.keep(call, outs[i]!, given !== undefined)) return false;
    }
    return true;
  }

  get areResident(): boolean {
    for (let i = 0; i < this.#names.length; i++) if (!this.#all[i]!.isResident) return false;
    return true;
  }

  get areDetached(): boolean {
    for (let i = 0; i < this.#names.length; i++) if (this.#all[i]!.isDetached) return true;
    return false;
  }

  /** The derivatives where the caller expects them: one array, or a record of them. */
  arrays(memory: Memory): Derivative {
    if (this.#names.length === 1) return this.#first.array(memory);
    const record: { [name: string]: FloatArray } = {};
    for (let i = 0; i < this.#names.length; i++) record[this.#names[i]!] = this.#all[i]!.array(memory);
    return record;
  }
}

/** True if nothing of what was worked out for the call hangs on what is in its arrays: no weights, no rows left out. */
export function hangsOnArgumentsAlone(call: Call): boolean {
  const ignores = call.labelled && typeof call.parameters.ignoreIndex === 'number';
  return call.values === null && call.vector === null && call.weights.data === null && !ignores;
}
