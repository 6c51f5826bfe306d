/** What a user downloads stays as small as it is; the figures are in the report of `npm run bench size`. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
// @ts-expect-error a script without types
import { size } from '../bench/lib/size.mjs';
// @ts-expect-error a script without types
import { shortenConstants } from '../scripts/lib/constants.mjs';
// @ts-expect-error a script without types
import { base64, packed } from '../scripts/lib/inline.mjs';
// @ts-expect-error a script without types
import { orderFunctions } from '../scripts/lib/order.mjs';
import { unpacked, wasmBytes } from '../ts/core/wasm/inlined.ts';
import { PACKED } from '../ts/generated/wasm.ts';

/** Bytes, a little above what is reached. Lower them with every gain. */
const most = { wasm: 150_200, mseGzip: 60_100 };

it('the module and a bundle with one loss keep within their limits', async () => {
  const { wasm, mseGzip } = (await size()) as { wasm: number; mseGzip: number };
  expect(wasm).toBeLessThanOrEqual(most.wasm);
  expect(mseGzip).toBeLessThanOrEqual(most.mseGzip);
});

it('what is inlined is the module, in ASCII that no quotes, HTML or charset change, and that gzip makes as small as it was', async () => {
  const bytes = wasmBytes();
  const small = (await packed(bytes)) as Uint8Array;
  expect(Buffer.compare(bytes, readFileSync('build/wasm/losskit.wasm'))).toBe(0);
  expect(PACKED).toBe(base64(small));
  expect(PACKED).toMatch(/^[A-Za-z0-9+/]*$/);
  expect(gzipSync(PACKED, { level: 9 }).length).toBeLessThan(1.01 * small.length);
});

it.each([
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['one byte over and over', new Uint8Array(100_000).fill(255)],
  ['noise', Uint8Array.from({ length: 70_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) ^ (i >> 7))],
  ['periods that change', Uint8Array.from({ length: 9000 }, (_, i) => (i % (3 + Math.floor(i / 1000))) * 9)],
  [
    'repetitions from far away',
    Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i % 140_000, 0x85ebca6b) >>> 24),
  ],
  ['a source file', readFileSync('scripts/build-wasm.mjs')],
])('what is packed comes out as it went in: %s', async (_, bytes) => {
  expect(Buffer.compare(unpacked(await packed(bytes), bytes.length), bytes)).toBe(0);
});

it('no kernel can panic: that would bring in what writes messages, with the names of source files', () => {
  expect(Buffer.from(wasmBytes()).includes('.rs')).toBe(false);
});

it('vector constants of equal lanes become splats with the same bits', () => {
  const constant = (...words: string[]) => `(v128.const i32x4 ${words.join(' ')})`;
  const splat = (...words: string[]) => shortenConstants(constant(...words));
  const four = (word: string) => splat(word, word, word, word);
  expect(four('0x00000000')).toBe('(i32x4.splat (i32.const 0))');
  expect(four('0xffffffff')).toBe('(i32x4.splat (i32.const -1))');
  expect(four('0x80000000')).toBe('(i32x4.splat (i32.const -2147483648))');
  expect(four('0x7fc00000')).toBe('(i32x4.splat (i32.const 2143289344))');
  expect(four('0x3f800000')).toBe('(f32x4.splat (f32.const 1))');
  expect(splat('0x00000000', '0xbff80000', '0x00000000', '0xbff80000')).toBe('(f64x2.splat (f64.const -1.5))');
  expect(splat('0x00000000', '0x80000000', '0x00000000', '0x80000000')).toMatch(/i64\.const -9223372036854775808/);
  const uneven = ['0x00000001', '0x00000002', '0x00000003', '0x00000004'];
  expect(splat(...uneven)).toBe(constant(...uneven));
});

it('functions that are alike come to stand together, and nothing else changes', () => {
  const body = (operation: string) => Array.from({ length: 9 }, (_, i) => `  (${operation} ${i})`).join('\n');
  const f = (name: string, operation: string) => ` (func $${name}\n${body(operation)}\n )`;
  const module = (...functions: string[]) => `${['(module', ' (memory $0 1)', ...functions].join('\n')}\n)\n`;
  const [a, b, c] = [f('a', 'add'), f('b', 'mul'), f('c', 'add')];
  expect(orderFunctions(module(a, b, c))).toBe(module(a, c, b));
});
