/** A short run of `npm run soak`: the script works, and what goes wrong quickly is seen here. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { growth } from '../machine/slope.ts';

it('random programs on one instance: right, in flat memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/soak.mjs',
    '--seconds',
    '12',
    '--seed',
    '1',
  ]);
  expect(stdout).toMatch(/\d+ programs, every call as in a fresh instance/);
}, 120_000);

it('the same with threads, some of which end at random', async () => {
  const args = ['scripts/soak.mjs', '--seconds', '8', '--seed', '2', '--threads', '3'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/\d+ programs, every call as in a fresh instance/);
}, 120_000);

it('growth is seen through noise, and outliers are none', () => {
  const points = (slope: number) =>
    Array.from({ length: 1000 }, (_, i) => [i, slope * i + 5 * Math.sin(7 * i) + (i % 10 === 9 ? 1e6 : 0)] as const);
  expect(growth(points(3)) / 999).toBeCloseTo(3, 1);
  expect(Math.abs(growth(points(0)))).toBeLessThan(1);
});
