/** Rows whose elements lie apart, of a call that is remembered: brought together each time, and put into their places again. */

import { type TypedArray, typedArray } from '../../base/typed.ts';
import type { FloatArray } from '../../base/types.ts';
import type { Memory } from '../../memory/memory.ts';
import type { ResidentBuffer } from '../../memory/resident.ts';
import type { Block, Call, RowLayout, Rows, RowsAgain } from '../../model/call.ts';
import { Out, Slot } from '../../model/slot.ts';

/** How they lie. Nothing of the call itself is kept. */
export class Apart implements RowsAgain {
  readonly #layout: RowLayout;
  readonly #memory: Memory;
  readonly #rows: Rows;
  readonly #block: Block;
  /** Room to work in: the arena begins with it where a call has neither losses to write nor one number a class. */
  readonly #spare: number;

  constructor(layout: RowLayout, { loss, single, width, inner, n }: Call, memory: Memory) {
    this.#layout = layout;
    this.#memory = memory;
    this.#rows = { loss, single, width, inner };
    this.#block = { start: 0, count: n };
    this.#spare = memory.arena(0);
  }

  bring(data: TypedArray, length: number, owner: ResidentBuffer | null, at: number): void {
    const slot = new Slot(data, length, null, owner, false);
    this.#layout.bring(this.#memory, this.#rows, slot, this.#block, at, this.#spare);
  }

  take(to: FloatArray, length: number, owner: ResidentBuffer | null, at: number): void {
    const out = new Out(typedArray(to) as FloatArray, length, owner, to);
    this.#layout.take(this.#memory, this.#rows, out, this.#block, at, this.#spare);
  }
}
