/** Which parts of WebAssembly's memory are free. It knows numbers only: addresses beyond 2 GiB are like any other. */

/** Blocks are whole cache lines, so that no register that starts at a multiple of its size straddles two. */
const line = 64;

/** So many bytes, rounded up to whole cache lines. */
export const aligned = (bytes: number): number => Math.ceil(bytes / line) * line;

/** What a block of so many bytes takes: a line at least. */
export const wholeLines = (bytes: number): number => Math.max(line, aligned(bytes));

interface Block {
  start: number;
  end: number;
}

/** Free blocks in the order of their addresses, no two of them neighbours. */
export class Allocator {
  readonly #blocks: Block[] = [];
  /** Where memory ends. */
  #end: number;
  #touched: number;

  /** All is free from a multiple of a line on. */
  constructor(start: number, end: number) {
    this.#end = start;
    this.#touched = start;
    this.extend(end);
  }

  /** From here on no block was ever taken. */
  get touched(): number {
    return this.#touched;
  }

  /** The start of a block of whole lines, out of the smallest that is large enough; 0 if there is none. */
  take(bytes: number): number {
    let best: Block | null = null;
    for (const block of this.#blocks) {
      const size = block.end - block.start;
      if (size >= bytes && (best === null || size < best.end - best.start)) best = block;
    }
    if (best === null) return 0;
    const { start } = best;
    best.start += bytes;
    if (best.start === best.end) this.#blocks.splice(this.#blocks.indexOf(best), 1);
    this.#touched = Math.max(this.#touched, start + bytes);
    return start;
  }

  /** Gives back what `take` gave, joined with its neighbours. */
  give(start: number, bytes: number): void {
    const end = start + bytes;
    const place = this.#placeOf(start);
    const before = this.#blocks[place - 1];
    const after = this.#blocks[place];
    if (before?.end === start) {
      before.end = after?.start === end ? after.end : end;
      if (after?.start === end) this.#blocks.splice(place, 1);
    } else if (after?.start === end) after.start = start;
    else this.#blocks.splice(place, 0, { start, end });
  }

  /** How far memory has to reach so that a block of so many bytes fits at its end, where some is free already or not. */
  needed(bytes: number): number {
    const last = this.#blocks.at(-1);
    return (last?.end === this.#end ? last.start : this.#end) + bytes;
  }

  /** Memory has become longer. */
  extend(end: number): void {
    const start = this.#end;
    this.#end = end;
    if (end > start) this.give(start, end - start);
  }

  /** How many blocks lie before an address. */
  #placeOf(start: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
