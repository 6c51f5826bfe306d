/** What the data comes from: arrays in files, read block by block. */
import { InputError } from '../lib/errors.ts';
import { CsvSource } from './csv.ts';
import type { Numbers } from './dtype.ts';
import { InputFile } from './file.ts';
import { headerOf, isNpy } from './npyHeader.ts';
import { NpySource } from './npySource.ts';
import { otherFormat } from './otherFormats.ts';

/** An array in a file. */
export interface Source {
  readonly path: string;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  readonly dtype: string;
  readonly kind: 'float' | 'int' | 'text';
  /** Reads start at multiples of this many elements, and are as long: a row of a Fortran-ordered array is the least. */
  readonly unit: number;
  /** Bytes of the whole. */
  readonly bytes: number;
  /** Elements from `start` on in C order, as many as `into` has. Text is read from front to back, and again. */
  read(start: number, into: Numbers): void;
  close(): void;
}

/** Opens a .npy or CSV file; what it is, its first bytes say. */
export function openSource(path: string): Source {
  const file = new InputFile(path);
  try {
    const start = Buffer.alloc(4096);
    const head = start.subarray(0, file.read(start, 0));
    if (isNpy(head)) return new NpySource(file, headerOf(file));
    refuse(path, head);
    return new CsvSource(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Throws for what is neither. */
function refuse(path: string, head: Buffer): void {
  const npy = /\.npy$/i.test(path);
  if (head.length === 0) throw new InputError(`${path}: it is empty`);
  if (head.length < 6 && npy) throw new InputError(`${path}: it is truncated: there is no whole .npy header`);
  const other = otherFormat(path, head);
  if (other !== null) throw new InputError(`${path}: ${other}`);
  if (npy) throw new InputError(`${path}: it is no .npy file: it doesn't start with \\x93NUMPY`);
  if (head.includes(0)) throw new InputError(`${path}: it is neither a .npy file nor CSV`);
}
