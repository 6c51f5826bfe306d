/**
 * Shorter vector constants: a `v128.const` takes 18 bytes, a splat of a float 7, of a double 11, and of a small integer 4. Engines make the
 * same instructions of both; the compiler writes the longer one.
 */

/** The text format of a module, with every constant of equal lanes as a splat. */
export function shortenConstants(wat) {
  return wat.replace(/\(v128\.const i32x4((?: 0x[0-9a-f]+){4})\)/g, (constant, words) => {
    const bits = new Uint32Array(words.trim().split(' ').map(Number));
    if (bits[0] !== bits[2] || bits[1] !== bits[3]) return constant;
    return bits[0] === bits[1] ? ofWord(bits) : ofPair(bits);
  });
}

function ofWord(bits) {
  const [float] = new Float32Array(bits.buffer);
  const [integer] = new Int32Array(bits.buffer);
  if (Math.abs(integer) < 8192 || !usual(float)) return `(i32x4.splat (i32.const ${integer}))`;
  return `(f32x4.splat (f32.const ${float}))`;
}

function ofPair(bits) {
  const [double] = new Float64Array(bits.buffer);
  if (usual(double)) return `(f64x2.splat (f64.const ${double}))`;
  return `(i64x2.splat (i64.const ${new BigInt64Array(bits.buffer)[0]}))`;
}

/** Whether a number is written in digits that give the same bits back. */
const usual = (x) => Number.isFinite(x) && x !== 0;
