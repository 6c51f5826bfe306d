/** The header of a .npy file: versions 1 to 3. */
import { InputError } from '../lib/errors.ts';
import { type Dtype, dtypeOf } from './dtype.ts';
import type { InputFile } from './file.ts';

const MAGIC = Buffer.from('\u0093NUMPY', 'latin1');

/** More than any header of plain numbers. */
const LONGEST = 2 ** 20;

export const isNpy = (head: Buffer): boolean => head.subarray(0, 6).equals(MAGIC);

/** What a header says. */
export interface NpyHeader {
  readonly dtype: Dtype;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the data starts. */
  readonly offset: number;
}

/** Reads and checks the header, and that the data is all there. */
export function headerOf(file: InputFile): NpyHeader {
  const { path } = file;
  const truncated = (): InputError => new InputError(`${path}: it is truncated: its header is not whole`);
  const head = Buffer.alloc(12);
  const got = file.read(head, 0);
  if (got < 10) throw truncated();
  const major = head[6]!;
  if (major < 1 || major > 3) {
    throw new InputError(`${path}: .npy version ${major}.${head[7]} is not known; versions 1 to 3 are`);
  }
  if (major > 1 && got < 12) throw truncated();
  const length = major === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  const start = major === 1 ? 10 : 12;
  if (start + length > file.size) throw truncated();
  if (length > LONGEST)
    throw new InputError(`${path}: its header of ${length} bytes is not that of an array of numbers`);
  const text = Buffer.alloc(length);
  file.readAll(text, start);
  return checked(file, text.toString(major === 3 ? 'utf8' : 'latin1'), start + length);
}

function checked(file: InputFile, text: string, offset: number): NpyHeader {
  const { path } = file;
  const descr = text.match(/['"]descr['"]\s*:\s*(?:(['"])(.*?)\1|([[(]))/);
  const order = text.match(/['"]fortran_order['"]\s*:\s*(True|False)\b/);
  const dims = text.match(/['"]shape['"]\s*:\s*\(([^()]*)\)/);
  if (descr?.[3] !== undefined) {
    throw new InputError(
      `${path}: its elements are records (a structured dtype); save one field: np.save(file, x['name'])`,
    );
  }
  if (!descr || !order || !dims) throw new InputError(`${path}: its header is no .npy header: ${show(text)}`);
  const dtype = dtypeOf(path, descr[2]!);
  // Python 2 wrote whole numbers as 3L.
  const words = dims[1]!.split(',').map((word) => word.trim().replace(/L$/, ''));
  const isTuple = words.length > 1 || words[0] === '';
  if (words.at(-1) === '') words.pop();
  if (!isTuple || !words.every((word) => /^\d+$/.test(word))) {
    throw new InputError(`${path}: its shape (${dims[1]}) is no tuple of whole numbers >= 0`);
  }
  const shape = words.map(Number);
  const size = shape.reduce((a, b) => a * b, 1);
  if (!Number.isSafeInteger(size * dtype.bytes))
    throw new InputError(`${path}: its shape (${dims[1]}) is impossibly large`);
  const there = file.size - offset;
  if (there < size * dtype.bytes) {
    const needed = `its header says ${size * dtype.bytes} bytes of data (${dtype.name}, shape [${shape.join(', ')}])`;
    throw new InputError(`${path}: it is truncated: ${needed}, it has ${there}`);
  }
  return { dtype, fortran: order[1] === 'True', shape, offset };
}

/** What of a bad header can be shown on a line. */
const show = (text: string): string =>
  JSON.stringify(
    text
      .trim()
      .slice(0, 60)
      .replace(/[^ -~]+/g, '?'),
  );
