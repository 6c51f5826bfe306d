/** The header of a .npy file: versions 1 to 3. */
import type { Bytes } from '../files/bytes.ts';
import { InputError } from '../lib/errors.ts';
import { type Dtype, dtypeOf } from './dtype.ts';

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
export function headerOf(file: Bytes): NpyHeader {
  const { path } = file;
  const truncated = (): InputError => new InputError(`${path}: it is truncated: its header is not whole`);
  const head = Buffer.alloc(12);
  const got = file.read(head, 0);
  if (got < 10) throw truncated();
  const major = head[6]!;
  if (major < 1 || major > 3 || head[7] !== 0) {
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

/** An entry of the header's dictionary: a word, a truth value or a tuple, of a key. */
const ENTRY =
  /\s*(?<mark>['"])(?<key>descr|fortran_order|shape)\k<mark>\s*:\s*(?:(?<quote>['"])(?<word>[^'"]*)\k<quote>|(?<truth>True|False)|\((?<dims>[^()]*)\))\s*(?:,\s*|$)/y;

/** The dictionary, which must hold these three entries and nothing else; null if it doesn't. */
function entriesOf(text: string): { descr: string; order: string; dims: string } | null {
  const body = text.match(/^\s*\{(.*)\}\s*$/s)?.[1];
  if (body === undefined) return null;
  const found: { [key: string]: { [group: string]: string | undefined } } = {};
  ENTRY.lastIndex = 0;
  for (let at = 0; at < body.length; at = ENTRY.lastIndex) {
    const groups = ENTRY.exec(body)?.groups;
    if (groups === undefined) return null;
    found[groups.key!] = groups;
  }
  const [descr, order, dims] = [found.descr?.word, found.fortran_order?.truth, found.shape?.dims];
  return descr === undefined || order === undefined || dims === undefined ? null : { descr, order, dims };
}

function checked(file: Bytes, text: string, offset: number): NpyHeader {
  const { path } = file;
  if (/['"]descr['"]\s*:\s*[[(]/.test(text)) {
    throw new InputError(
      `${path}: its elements are records (a structured dtype); save one field: np.save(file, x['name'])`,
    );
  }
  const entries = entriesOf(text);
  if (entries === null) throw new InputError(`${path}: its header is no .npy header: ${show(text)}`);
  const dtype = dtypeOf(path, entries.descr);
  const shape = shapeOf(path, entries.dims);
  const bytes = shape.reduce((a, b) => a * b, dtype.bytes);
  if (!Number.isSafeInteger(bytes)) throw new InputError(`${path}: its shape (${entries.dims}) is impossibly large`);
  const there = file.size - offset;
  if (there < bytes) {
    const needed = `its header says ${bytes} bytes of data (${dtype.name}, shape [${shape.join(', ')}])`;
    throw new InputError(`${path}: it is truncated: ${needed}, it has ${there}`);
  }
  return { dtype, fortran: entries.order === 'True', shape, offset };
}

/** The numbers of a tuple; Python 2 wrote them as 3L. */
function shapeOf(path: string, dims: string): number[] {
  const words = dims.split(',').map((word) => word.trim().replace(/L$/, ''));
  const isTuple = words.length > 1 || words[0] === '';
  if (words.at(-1) === '') words.pop();
  if (!isTuple || !words.every((word) => /^\d+$/.test(word))) {
    throw new InputError(`${path}: its shape (${dims}) is no tuple of whole numbers >= 0`);
  }
  return words.map(Number);
}

/** What of a bad header can be shown on a line. */
const show = (text: string): string =>
  JSON.stringify(
    text
      .trim()
      .slice(0, 60)
      .replace(/[^ -~]+/g, '?'),
  );
