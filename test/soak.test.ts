/** A short run of `npm run soak`: the script works, and what goes wrong quickly is seen here. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { growth } from './machine/slope.ts';

it('random programs on one instance: right, in flat memory, at a steady speed', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/soak.mjs',
    '--seconds',
    '12',
    '--seed',
    '1',
  ]);
  expect(stdout).toMatch(/\d+ programs, every call as in a fresh instance/);
}, 120_000);

it('growth is seen through noise', () => {
  const points = Array.from({ length: 100 }, (_, i) => [i, 3 * i + 50 * Math.sin(7 * i)] as const);
  const { from, to } = growth(points);
  expect((to - from) / 99).toBeCloseTo(3, 1);
});
