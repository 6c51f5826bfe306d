/** Bytes that can be read at any place: of a file, of a member of an archive, or of what was unpacked. */
import { InputError } from '../lib/errors.ts';

export abstract class Bytes {
  /** What errors call it. */
  abstract readonly path: string;
  abstract readonly size: number;

  /** Fills as much of `into` as there is from `position` on; the number of bytes. */
  abstract read(into: Uint8Array, position: number): number;

  abstract close(): void;

  /** Fills all of `into`. */
  readAll(into: Uint8Array, position: number): void {
    if (this.read(into, position) < into.length) {
      throw new InputError(`${this.path}: it ended early: something shortened it while it was read`);
    }
  }

  /** The bytes from a place on, `length` of them, a piece at a time; each is the reader's own. */
  *pieces(from = 0, length = this.size - from): Generator<Buffer, void> {
    for (let done = 0; done < length; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, length - done));
      this.readAll(piece, from + done);
      done += piece.length;
      yield piece;
    }
  }
}

const PIECE = 2 ** 20;

/** What little there is, in memory. */
export class MemoryBytes extends Bytes {
  readonly path: string;
  readonly size: number;
  readonly #bytes: Buffer;

  constructor(path: string, bytes: Buffer) {
    super();
    this.path = path;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  read(into: Uint8Array, position: number): number {
    const found = this.#bytes.subarray(position, position + into.length);
    into.set(found);
    return found.length;
  }

  close(): void {}
}

/** A part of other bytes. Closing it closes them, unless others read them too. */
export class PartOfBytes extends Bytes {
  readonly path: string;
  readonly size: number;
  readonly #whole: Bytes;
  readonly #from: number;

  constructor(path: string, whole: Bytes, from: number, size: number) {
    super();
    this.path = path;
    this.size = size;
    this.#whole = whole;
    this.#from = from;
  }

  read(into: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(into.length, this.size - position));
    return this.#whole.read(into.subarray(0, length), this.#from + position);
  }

  close(): void {
    this.#whole.close();
  }
}
