/** What a repeated call reads and writes. */
import type { Call, Out } from './call.ts';
import { copyOut } from './copies.ts';
import type { Memory } from './memory.ts';
import type { ResidentBuffer } from './resident.ts';
import type { FloatArray } from './types.ts';

/** An array that is copied in. */
export interface Copy {
  readonly data: Int32Array | FloatArray;
  readonly length: number;
  readonly at: number;
}

/** A derivative, and where it goes. */
export class Result {
  /** The resident buffer that the kernel writes. */
  owner: ResidentBuffer | null = null;
  /** Otherwise, the caller's array; without one, each call makes its own. */
  #given: FloatArray | null = null;
  #length = 0;
  #at = 0;
  #isSingle = false;

  /** Takes over where a call wrote; false where the kernel wrote over an input, which the facade must see unchanged if there is a fault. */
  keep(call: Call, out: Out, given: unknown): boolean {
    const data = out.data!;
    if (out.copiedTo === 0 && (out.owner === null || call.inputs.some((input) => input.data === data))) return false;
    this.owner = out.owner;
    this.#given = given === undefined ? null : data;
    this.#length = data.length;
    this.#at = out.copiedTo;
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
    if (this.owner !== null) return this.owner.array as FloatArray;
    const to = this.#given ?? (this.#isSingle ? new Float32Array(this.#length) : new Float64Array(this.#length));
    copyOut(to, 0, this.#length, memory, this.#at);
    return to;
  }
}

/** True if nothing of what was worked out for the call hangs on what is in its arrays: no weights, no rows left out. */
export function hangsOnArgumentsAlone(call: Call): boolean {
  const ignores = call.labelled && typeof call.parameters.ignoreIndex === 'number';
  return call.values === null && call.vector === null && call.weights.data === null && !ignores;
}
