/** Element types of .npy files, and their bytes as the numbers of a typed array. */
import { decodeHalf } from '../../ts/core/base/half.ts';
import { InputError } from '../lib/errors.ts';

/** Where numbers are read to. */
export type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** An element type. */
export interface Dtype {
  /** 'float32', 'int64', … */
  readonly name: string;
  readonly kind: 'float' | 'int';
  readonly bytes: number;
  readonly swap: boolean;
  /** A view of the bytes as they lie in memory, in the machine's order. */
  readonly view: (bytes: ArrayBuffer, length: number) => ArrayLike<number> | ArrayLike<bigint>;
}

type View = new (bytes: ArrayBuffer, offset: number, length: number) => ArrayLike<number> | ArrayLike<bigint>;

const types: { readonly [code: string]: readonly [name: string, kind: Dtype['kind'], view: View] } = {
  f2: ['float16', 'float', Uint16Array],
  f4: ['float32', 'float', Float32Array],
  f8: ['float64', 'float', Float64Array],
  b1: ['bool', 'int', Uint8Array],
  i1: ['int8', 'int', Int8Array],
  i2: ['int16', 'int', Int16Array],
  i4: ['int32', 'int', Int32Array],
  i8: ['int64', 'int', BigInt64Array],
  u1: ['uint8', 'int', Uint8Array],
  u2: ['uint16', 'int', Uint16Array],
  u4: ['uint32', 'int', Uint32Array],
  u8: ['uint64', 'int', BigUint64Array],
};

const unsupported: { readonly [letter: string]: string } = {
  O: 'Python objects (a pickle), which may run code',
  S: 'byte strings',
  a: 'byte strings',
  U: 'strings',
  V: 'raw bytes (records, or a type that NumPy has not)',
  c: 'complex numbers',
  M: 'dates',
  m: 'durations',
  g: 'floats of a width that depends on the machine',
};

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The type that a header's `descr` names. */
export function dtypeOf(file: string, descr: string): Dtype {
  const [, order = '', code = ''] = descr.match(/^([<>|=]?)(.*)$/) ?? [];
  const known = Object.hasOwn(types, code) ? types[code] : undefined;
  if (known === undefined) {
    const what = unsupported[/^f1[026]$/.test(code) ? 'g' : (code[0] ?? '')] ?? 'a type that is not known';
    const save = what.endsWith('strings') ? 'np.unique(x, return_inverse=True)[1]' : "x.astype('float32')";
    throw new InputError(`${file}: its elements are ${what} (dtype ${descr}); save numbers: np.save(file, ${save})`);
  }
  const [name, kind, View] = known;
  const bytes = Number(code.slice(1));
  const swap = bytes > 1 && (order === '>' ? isLittle : order === '<' ? !isLittle : false);
  return { name, kind, bytes, swap, view: (buffer, length) => new View(buffer, 0, length) };
}

/** Turns bytes in the file's order into those of the machine, in place. */
export function toMachineOrder({ swap, bytes }: Dtype, raw: Buffer): void {
  if (!swap) return;
  if (bytes === 2) raw.swap16();
  else if (bytes === 4) raw.swap32();
  else raw.swap64();
}

/** Copies elements as they lie in memory into numbers. */
export function copyNumbers(dtype: Dtype, raw: ArrayBuffer, length: number, into: Numbers): void {
  const view = dtype.view(raw, length);
  if (dtype.name === 'float16') copyHalves(view as Uint16Array, into);
  // NumPy takes every byte but 0 for True.
  else if (dtype.name === 'bool') for (let i = 0; i < length; i++) into[i] = view[i] === 0 ? 0 : 1;
  else if (dtype.bytes < 8 || dtype.kind === 'float') into.set(view as ArrayLike<number>);
  else copyLongs(raw, length, dtype.name === 'int64', into);
}

/** What each of the 65,536 patterns of half precision stands for. */
let halves: Float32Array | null = null;

function copyHalves(bits: Uint16Array, into: Numbers): void {
  halves ??= decodeHalf(Uint16Array.from({ length: 2 ** 16 }, (_, pattern) => pattern));
  const table = halves;
  for (let i = 0; i < bits.length; i++) into[i] = table[bits[i]!]!;
}

/** Integers of 64 bits from their halves, rounded once: without a BigInt for each. */
function copyLongs(raw: ArrayBuffer, length: number, isSigned: boolean, into: Numbers): void {
  const words = new Uint32Array(raw, 0, 2 * length);
  const signed = new Int32Array(raw, 0, 2 * length);
  const [low, high] = isLittle ? [0, 1] : [1, 0];
  const upper = isSigned ? signed : words;
  for (let i = 0; i < length; i++) into[i] = upper[2 * i + high]! * 2 ** 32 + words[2 * i + low]!;
}
