/** What a user downloads stays as small as it is; the figures are in the report of `npm run bench size`. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { bundled, size } from '../../bench/lib/size.mjs';
// @ts-expect-error a script without types
import { textOf } from '../../scripts/lib/inline.mjs';
// @ts-expect-error a script without types
import { SIZES } from '../../scripts/lib/loss-table.mjs';
import { bytesOf } from '../../ts/core/wasm/source/inlined.ts';

it('bundles keep within their limits', async () => {
  const { bundles } = (await size()) as { bundles: { title: string; limit: number; gzip: number }[] };
  const over = bundles.filter(({ limit, gzip }) => gzip > 1000 * limit);
  expect(over).toEqual([]);
});

it('the README says what bundles weigh', async () => {
  interface Weights {
    readonly bundles: readonly { readonly title: string; readonly gzip: number }[];
  }
  const stated = JSON.parse(readFileSync(SIZES, 'utf8')) as Weights;
  const { bundles } = (await size()) as Weights;
  expect(stated.bundles.map(({ title }) => title)).toEqual(bundles.map(({ title }) => title));
  for (const [i, { title, gzip }] of bundles.entries()) {
    const share = stated.bundles[i]!.gzip / gzip;
    expect(Math.abs(share - 1), `${title} weighs something else now: npm run readme`).toBeLessThan(0.05);
  }
});

it('losskit/reference has not a word of WebAssembly, nor has losskit/slim a kernel', async () => {
  const reference = String(await bundled('reference', ['mse', 'crossEntropy', 'init', 'backend']));
  expect(reference).not.toMatch(/WebAssembly|losskit\.wasm/i);
  expect(String(await bundled('slim', ['mse', 'init']))).not.toContain(moduleOf('regression').slice(0, 100));
});

it('what is published is ASCII, whatever charset it is served with', () => {
  for (const name of readdirSync('dist').filter((file) => file.endsWith('.js') && file !== 'cli.js')) {
    expect(readFileSync(`dist/${name}`, 'utf8'), name).toMatch(/^[\0-\x7f]*$/);
  }
});

const generated = new URL('../../ts/generated/', import.meta.url);
const families = readdirSync(generated)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && name !== 'layout.ts')
  .map((name) => name.slice(0, -3));

/** The text that a family's module is carried as. */
const moduleOf = (family: string): string =>
  /'(.*)'/.exec(readFileSync(new URL(`${family}.ts`, generated), 'utf8'))![1]!;
const binary = (path: string): Buffer => readFileSync(new URL(`../../build/wasm/${path}`, import.meta.url));

describe.each(families)('the module of %s', (family) => {
  const bytes = binary(`${family}/${family}_bg.wasm`);
  it('is inlined in ASCII that no quotes, HTML or charset change, and that gzip makes hardly larger than the bytes', () => {
    const text = moduleOf(family);
    expect(text).toBe(textOf(bytes));
    expect(Buffer.compare(bytesOf(text), bytes)).toBe(0);
    expect(text).toMatch(/^[!#(-;=-[\]-~]*$/);
    expect(gzipSync(text, { level: 9 }).length).toBeLessThan(1.03 * gzipSync(bytes, { level: 9 }).length);
  });

  it('has no kernel that can panic: that would bring in what writes messages, with the names of source files', () => {
    expect(bytes.includes('.rs')).toBe(false);
  });
});

it('every byte comes out of its text as it went in', () => {
  const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i >> 8) ^ i);
  expect(bytesOf(textOf(bytes))).toEqual(bytes);
});
