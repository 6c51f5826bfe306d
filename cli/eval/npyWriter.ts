/** Writing a .npy file block by block: the header first, with room for the shape, and then whatever comes. */
import { OutputFile } from './outputFile.ts';

/** Bytes of the header: room for a shape of many dimensions. */
const HEADER = 256;

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Where numbers are written to. */
export interface Sink {
  write(numbers: Float32Array | Float64Array): Promise<void> | void;
  /** Finishes the file. */
  end(): Promise<void> | void;
  /** Removes what was begun; nothing if it is finished. */
  abandon(): void;
}

export class NpyWriter implements Sink {
  readonly #file: OutputFile;
  readonly #header: Buffer;
  #position = HEADER;

  constructor(path: string, precision: 'float32' | 'float64', shape: readonly number[]) {
    this.#header = header(precision === 'float32' ? 'f4' : 'f8', shape);
    this.#file = new OutputFile(path);
  }

  write(numbers: Float32Array | Float64Array): void {
    this.#file.put(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), this.#position);
    this.#position += numbers.byteLength;
  }

  end(): void {
    this.#file.put(this.#header, 0);
    this.#file.end();
  }

  abandon(): void {
    this.#file.abandon();
  }
}

/** A version 1 header, padded with spaces, as NumPy writes it. */
function header(type: string, shape: readonly number[]): Buffer {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${isLittle ? '<' : '>'}${type}', 'fortran_order': False, 'shape': (${dims}), }`;
  const bytes = Buffer.alloc(HEADER, ' ');
  bytes.write('\u0093NUMPY\u0001\u0000', 0, 'latin1');
  bytes.writeUInt16LE(HEADER - 10, 8);
  bytes.write(text, 10, 'latin1');
  bytes.write('\n', HEADER - 1);
  return bytes;
}
