/** The product of matrices alone, as fast as a WebAssembly loop without fused multiply-adds gets: tiles of four rows by two registers. */
import { assemble } from './wat.mjs';

/** Rows and columns of a block that stays in the second cache, and its terms. */
const [SIDE, TERMS] = [64, 256];
const [QUADS, PANELS] = [SIDE / 4, SIDE / 8];

const rows = [0, 1, 2, 3];
const halves = [0, 1];
const each = (text) => rows.flatMap((r) => halves.map((h) => text(r, h))).join('\n');

/** c = a·b over a block: quads of four interleaved rows, panels of eight columns. */
const text = `
  (module
    (memory (export "memory") 8)
    (func (export "block") (param $a i32) (param $b i32) (param $c i32)
      (local $panel i32) (local $quad i32) (local $x i32) (local $y i32) (local $end i32)
      (local $left v128) ${halves.map((h) => `(local $right${h} v128)`).join(' ')} ${each((r, h) => `(local $s${r}${h} v128)`)}
      (local.set $panel (i32.const 0))
      (loop $panels
        (local.set $quad (i32.const 0))
        (loop $quads
          ${each((r, h) => `(local.set $s${r}${h} (v128.const i32x4 0 0 0 0))`)}
          (local.set $x (i32.add (local.get $a) (i32.mul (local.get $quad) (i32.const ${16 * TERMS}))))
          (local.set $y (i32.add (local.get $b) (i32.mul (local.get $panel) (i32.const ${32 * TERMS}))))
          (local.set $end (i32.add (local.get $x) (i32.const ${16 * TERMS})))
          (loop $terms
            ${halves.map((h) => `(local.set $right${h} (v128.load offset=${16 * h} (local.get $y)))`).join('\n')}
            ${rows
              .map(
                (r) => `(local.set $left (v128.load32_splat offset=${4 * r} (local.get $x)))
            ${halves.map((h) => `(local.set $s${r}${h} (f32x4.add (local.get $s${r}${h}) (f32x4.mul (local.get $left) (local.get $right${h}))))`).join('\n')}`,
              )
              .join('\n')}
            (local.set $x (i32.add (local.get $x) (i32.const 16)))
            (local.set $y (i32.add (local.get $y) (i32.const 32)))
            (br_if $terms (i32.lt_u (local.get $x) (local.get $end))))
          ${each((r, h) => `(v128.store offset=${4 * SIDE * r + 16 * h} (local.get $c) (local.get $s${r}${h}))`)}
          (local.set $c (i32.add (local.get $c) (i32.const ${16 * SIDE})))
          (br_if $quads (i32.lt_u (local.tee $quad (i32.add (local.get $quad) (i32.const 1))) (i32.const ${QUADS}))))
        (local.set $c (i32.sub (local.get $c) (i32.const ${16 * SIDE * QUADS - 32})))
        (br_if $panels (i32.lt_u (local.tee $panel (i32.add (local.get $panel) (i32.const 1))) (i32.const ${PANELS}))))))`;

let block = null;

/** Does as many operations as are asked for, to the nearest block: products that all lie ready in the caches. */
export function bareProduct(operations) {
  if (block === null) {
    const { memory, block: run } = assemble(text);
    new Float32Array(memory.buffer).fill(0.5);
    block = () => run(0, 4 * SIDE * TERMS, 8 * SIDE * TERMS);
  }
  for (let left = operations; left > 0; left -= 2 * SIDE * SIDE * TERMS) block();
}
