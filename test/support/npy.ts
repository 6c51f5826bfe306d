/** .npy files as NumPy writes them, built by hand: the tests need no Python. */

/** How a file differs from the usual. */
export interface NpyOptions {
  readonly version?: 1 | 2 | 3;
  readonly fortran?: boolean;
}

type Put = (view: DataView, at: number, x: number, little: boolean) => void;

const types: { readonly [code: string]: readonly [bytes: number, put: Put] } = {
  b1: [1, (v, at, x) => v.setUint8(at, x)],
  u1: [1, (v, at, x) => v.setUint8(at, x)],
  i1: [1, (v, at, x) => v.setInt8(at, x)],
  u2: [2, (v, at, x, le) => v.setUint16(at, x, le)],
  i2: [2, (v, at, x, le) => v.setInt16(at, x, le)],
  u4: [4, (v, at, x, le) => v.setUint32(at, x, le)],
  i4: [4, (v, at, x, le) => v.setInt32(at, x, le)],
  u8: [8, (v, at, x, le) => v.setBigUint64(at, BigInt(x), le)],
  i8: [8, (v, at, x, le) => v.setBigInt64(at, BigInt(x), le)],
  f4: [4, (v, at, x, le) => v.setFloat32(at, x, le)],
  f8: [8, (v, at, x, le) => v.setFloat64(at, x, le)],
};

/** A header and whatever data follows it. */
export function npyOf(header: string, data: Uint8Array, version: 1 | 2 | 3 = 1): Buffer {
  const start = version === 1 ? 10 : 12;
  // Padded so that the data starts at a multiple of 64, as NumPy does.
  const text = `${header}${' '.repeat(63 - ((start + header.length) % 64))}\n`;
  const head = Buffer.alloc(start);
  head.write('\u0093NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(text.length, 8);
  else head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text, 'latin1'), data]);
}

/** Numbers in C order as a file; `descr` is '<f4', '>i8', '|u1', … */
export function npy(
  descr: string,
  shape: readonly number[],
  numbers: ArrayLike<number>,
  options: NpyOptions = {},
): Buffer {
  const { version = 1, fortran = false } = options;
  const [bytes, put] = types[descr.slice(1)]!;
  const data = new Uint8Array(numbers.length * bytes);
  const view = new DataView(data.buffer);
  const order = fortran ? fortranOrder(shape) : null;
  for (let i = 0; i < numbers.length; i++) {
    put(view, i * bytes, numbers[order === null ? i : order[i]!]!, descr[0] !== '>');
  }
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dims}), }`;
  return npyOf(header, data, version);
}

/** For each place in Fortran order, the index in C order. */
function fortranOrder(shape: readonly number[]): number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, place) => {
    let rest = place;
    const index = shape.map((n) => {
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i;
    });
    return index.reduce((c, i, k) => c * shape[k]! + i, 0);
  });
}

/** A file that `--grad` or `--out` wrote. */
export function readNpy(file: Buffer): { descr: string; shape: number[]; data: Float32Array | Float64Array } {
  const end = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, end);
  const [, descr, order, dims] = header.match(/'descr': '(\S+)', 'fortran_order': (\w+), 'shape': \((.*)\), \}/)!;
  if (order !== 'False') throw new Error(`fortran_order is ${order}`);
  const data = file.buffer.slice(file.byteOffset + end, file.byteOffset + file.length) as ArrayBuffer;
  return {
    descr: descr!,
    shape: dims!
      .split(',')
      .filter((word) => word.trim() !== '')
      .map(Number),
    data: descr === '<f4' ? new Float32Array(data) : new Float64Array(data),
  };
}
