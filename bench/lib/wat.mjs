/** The machine's own limits as tiny WebAssembly modules, written out as text and assembled by binaryen when the benchmark runs. */
import binaryen from 'binaryen';

/** Assembles a module as it stands, without optimising it, and makes its exports. */
export function assemble(text) {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.BulkMemory);
  const bytes = module.emitBinary();
  module.dispose();
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

const lanes = [0, 16, 32, 48];
const splat = (hex) => `(v128.const i32x4 ${hex} ${hex} ${hex} ${hex})`;
const float = (x) => `0x${new Uint32Array(Float32Array.of(x).buffer)[0].toString(16)}`;

/** a[i] = b[i] + s·c[i] over n bytes, four registers a step: 12 bytes of traffic an element, as in mse. */
const triad = `
  (func (export "triad") (param $a i32) (param $b i32) (param $c i32) (param $n i32) (param $s f32)
    (local $end i32) (local $k v128)
    (local.set $end (i32.add (local.get $a) (local.get $n)))
    (local.set $k (f32x4.splat (local.get $s)))
    (loop $next
      ${lanes
        .map(
          (at) => `(v128.store offset=${at} (local.get $a) (f32x4.add (v128.load offset=${at} (local.get $b))
        (f32x4.mul (local.get $k) (v128.load offset=${at} (local.get $c)))))`,
        )
        .join('\n')}
      (local.set $a (i32.add (local.get $a) (i32.const 64)))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (local.set $c (i32.add (local.get $c) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $a) (local.get $end)))))`;

/** e^x ≈ 1 + r (1 + r (1/2 + r (1/6 + r (1/24 + r/120)))) · 2^k: constants that hold their locals outside of the loop. */
const constants = {
  log2e: float(Math.LOG2E),
  bias: float(12_582_912 + 127),
  ln2hi: float(0.693359375),
  ln2lo: float(-2.1219444e-4),
  c5: float(1 / 120),
  c4: float(1 / 24),
  c3: float(1 / 6),
  c2: float(0.5),
  one: float(1),
};

/** Horner's scheme on register `i`, as text. */
const horner = (i) =>
  ['c4', 'c3', 'c2', 'one', 'one'].reduce(
    (inner, c) => `(f32x4.add (f32x4.mul ${inner} (local.get $r${i})) (local.get $${c}))`,
    '(local.get $c5)',
  );

/** One register of x: rounding by a magic number, two-step reduction, degree 5, 2^k by a shift, added to a sum of its own. */
const exponential = (at, i) => `
      (local.set $x${i} (v128.load offset=${at} (local.get $a)))
      (local.set $k${i} (f32x4.add (f32x4.mul (local.get $x${i}) (local.get $log2e)) (local.get $bias)))
      (local.set $r${i} (f32x4.sub (local.get $k${i}) (local.get $bias)))
      (local.set $x${i} (f32x4.sub (local.get $x${i}) (f32x4.mul (local.get $r${i}) (local.get $ln2hi))))
      (local.set $r${i} (f32x4.sub (local.get $x${i}) (f32x4.mul (local.get $r${i}) (local.get $ln2lo))))
      (local.set $s${i} (f32x4.add (local.get $s${i}) (f32x4.mul ${horner(i)} (i32x4.shl (local.get $k${i}) (i32.const 23)))))`;

const two = [0, 1];

/** Σ e^x over n bytes of x, two registers a step (four would spill): a bare loop, without clamp, maximum or store. */
const expSum = `
  (func (export "expSum") (param $a i32) (param $n i32) (result f32)
    (local $end i32) ${two.map((i) => `(local $x${i} v128) (local $k${i} v128) (local $r${i} v128) (local $s${i} v128)`).join(' ')}
    ${Object.keys(constants)
      .map((name) => `(local $${name} v128)`)
      .join(' ')}
    ${Object.entries(constants)
      .map(([name, hex]) => `(local.set $${name} ${splat(hex)})`)
      .join('\n    ')}
    (local.set $end (i32.add (local.get $a) (local.get $n)))
    (loop $next
      ${two.map((i) => exponential(16 * i, i)).join('')}
      (local.set $a (i32.add (local.get $a) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $a) (local.get $end))))
    (local.set $x0 (f32x4.add (local.get $s0) (local.get $s1)))
    (f32.add (f32.add (f32x4.extract_lane 0 (local.get $x0)) (f32x4.extract_lane 1 (local.get $x0)))
      (f32.add (f32x4.extract_lane 2 (local.get $x0)) (f32x4.extract_lane 3 (local.get $x0)))))`;

/** The triad and the exponential sum over one memory of so many 64 kB pages. */
export const machine = (pages) => assemble(`(module (memory (export "memory") ${pages})${triad}${expSum})`);

/** A function that does nothing. */
export const empty = () => assemble('(module (func (export "empty")))').empty;
