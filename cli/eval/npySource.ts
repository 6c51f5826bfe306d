/** A .npy file, block by block: C order as it lies, Fortran order gathered column by column. */
import type { Bytes } from '../files/bytes.ts';
import { copyNumbers, type Numbers, toMachineOrder } from './dtype.ts';
import type { NpyHeader } from './npyHeader.ts';
import type { Source } from './source.ts';

export class NpySource implements Source {
  readonly path: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype: string;
  readonly kind: 'float' | 'int';
  readonly unit: number;
  readonly bytes: number;
  readonly #file: Bytes;
  readonly #header: NpyHeader;
  /** Where each column of a Fortran-ordered array goes in a row; null where that is its own place. */
  readonly #places: Uint32Array | null;
  #raw = new ArrayBuffer(0);

  constructor(file: Bytes, header: NpyHeader) {
    this.#file = file;
    this.#header = header;
    this.path = file.path;
    this.shape = header.shape;
    this.size = header.shape.reduce((a, b) => a * b, 1);
    this.dtype = header.dtype.name;
    this.kind = header.dtype.kind;
    this.bytes = this.size * header.dtype.bytes;
    // In one dimension both orders are the same.
    this.unit = header.fortran && header.shape.length > 1 && this.size > 0 ? this.size / header.shape[0]! : 1;
    this.#places = this.unit > 1 && header.shape.length > 2 ? placesOf(header.shape) : null;
  }

  read(start: number, into: Numbers): void {
    const { dtype, offset } = this.#header;
    const { bytes } = dtype;
    if (this.#raw.byteLength < into.length * bytes) this.#raw = new ArrayBuffer(into.length * bytes);
    const raw = Buffer.from(this.#raw, 0, into.length * bytes);
    if (this.unit === 1) {
      this.#file.readAll(raw, offset + start * bytes);
      toMachineOrder(dtype, raw);
      copyNumbers(dtype, this.#raw, into.length, into);
      return;
    }
    const rows = into.length / this.unit;
    const all = this.shape[0]!;
    const first = start / this.unit;
    if (rows === all) this.#file.readAll(raw, offset);
    else {
      for (let c = 0; c < this.unit; c++) {
        const column = raw.subarray(c * rows * bytes, (c + 1) * rows * bytes);
        this.#file.readAll(column, offset + (c * all + first) * bytes);
      }
    }
    toMachineOrder(dtype, raw);
    const columns = into.slice();
    copyNumbers(dtype, this.#raw, into.length, columns);
    for (let c = 0; c < this.unit; c++) {
      const place = this.#places === null ? c : this.#places[c]!;
      for (let r = 0; r < rows; r++) into[r * this.unit + place] = columns[c * rows + r]!;
    }
  }

  close(): void {
    this.#file.close();
  }
}

/** For each column in Fortran order (the second dimension runs fastest), its place in C order (the last one does). */
function placesOf(shape: readonly number[]): Uint32Array {
  const dims = shape.slice(1);
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  return Uint32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, c) => {
    let rest = c;
    let place = 0;
    dims.forEach((n, i) => {
      place += (rest % n) * strides[i]!;
      rest = Math.floor(rest / n);
    });
    return place;
  });
}
