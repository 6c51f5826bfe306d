/**
 * Every loss is measured against careful JavaScript, and the published figures are the measured ones: bench/RESULTS.md and the README's
 * table are what bench/results.json says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { carefulCall, lossCall, makeData } from '../../bench/lib/bind.mjs';
import { cases } from '../../bench/lib/cases.mjs';
// @ts-expect-error a script without types
import { disagreement } from '../../bench/lib/check.mjs';
// @ts-expect-error a script without types
import { README_BEGIN, README_END, readmeFigures } from '../../bench/lib/readme.mjs';
// @ts-expect-error a script without types
import { render } from '../../bench/lib/results.mjs';
import * as losskit from '../../ts/index.ts';
import { table } from '../support/losses.ts';

it.each(table.map(([name]) => name))('%s has careful JavaScript to be measured against', (name) => {
  const found = cases.some(({ loss, careful }) => loss === name && careful !== undefined);
  expect(
    found,
    `bench/careful has no ${name}: write it in the file of its family, or in bench/careful/${name}.mjs`,
  ).toBe(true);
});

/** One case of each function, cut to a few rows. */
const small = [...new Map(cases.map((one) => [one.variant, one])).values()].map((one) => {
  const [rows, width] = one.shape === 'batch' ? [8, 12] : one.width === 1 ? [37, 1] : [5, Math.min(one.width, 11)];
  const steps = one.shape === 'sequence' ? { steps: 9, spelt: 3 } : one.shape === 'region' ? { steps: 35 } : {};
  return { ...one, rows, width, ...steps };
});

it.each(small.map((one) => [one.variant, one] as const))(
  'careful JavaScript of %s computes what losskit does',
  (_, one) => {
    const [own, other] = [makeData(one, one.rows), makeData(one, one.rows)];
    const want = { value: lossCall(one, losskit, own)(), grads: own.grads };
    expect(disagreement({ value: carefulCall(one, other)(), grads: other.grads }, want)).toBeUndefined();
  },
);

const path = (name: string) => new URL(`../../${name}`, import.meta.url);
const text = (name: string) => readFileSync(path(name), 'utf8');
const measured = existsSync(path('bench/results.json'));

describe.runIf(measured)('published figures (npm run bench:peers)', () => {
  const results = measured ? JSON.parse(text('bench/results.json')) : undefined;

  it('bench/RESULTS.md is what bench/results.json says', () => {
    expect(text('bench/RESULTS.md')).toBe(render(results));
  });

  it('every case was measured', () => {
    expect(results.failed).toEqual([]);
  });

  it("the README's figures are those of bench/results.json", () => {
    const readme = text('README.md');
    const begin = readme.indexOf(README_BEGIN);
    if (begin < 0) return;
    const block = readme.slice(begin + README_BEGIN.length, readme.indexOf(README_END));
    expect(block.trim()).toBe(readmeFigures(results));
  });
});

it('the README has no figures without measurements', () => {
  expect(text('README.md').includes(README_BEGIN)).toBe(measured && text('README.md').includes(README_END));
});
