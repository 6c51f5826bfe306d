/** What the data comes from: arrays in files, read block by block. */
import type { Inputs } from '../files/inputs.ts';
import { otherFormat } from '../files/otherFormats.ts';
import { InputError } from '../lib/errors.ts';
import { type CsvOptions, CsvSource } from './csv.ts';
import type { Numbers } from './dtype.ts';
import { headerOf, isNpy } from './npyHeader.ts';
import { NpySource } from './npySource.ts';

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
  /** For messages about its length: what else may be the matter. */
  readonly note?: string;
  /** Bytes of the whole. */
  readonly bytes: number;
  /** Elements from `start` on in C order, as many as `into` has. Text is read from front to back, and again. */
  read(start: number, into: Numbers): void;
  close(): void;
}

/** Opens a .npy or CSV file, packed or not; what it is, its first bytes say. */
export async function openSource(inputs: Inputs, name: string, csv: CsvOptions = {}): Promise<Source> {
  const { bytes, head } = await inputs.open(name);
  try {
    if (isNpy(head)) return new NpySource(bytes, headerOf(bytes));
    refuse(bytes.path, head);
    return new CsvSource(bytes, csv);
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Throws for what is neither. */
function refuse(path: string, head: Buffer): void {
  const npy = /\.npy(\.gz)?$/i.test(path);
  if (head.length === 0) throw new InputError(`${path}: it is empty`);
  if (head.length < 6 && npy) throw new InputError(`${path}: it is truncated: there is no whole .npy header`);
  const other = otherFormat(path, head);
  if (other !== null) throw new InputError(`${path}: ${other}`);
  if (npy) throw new InputError(`${path}: it is no .npy file: it doesn't start with \\x93NUMPY`);
  if (head.includes(0)) throw new InputError(`${path}: it is neither a .npy file nor CSV`);
}
