/** Threads of the built package, in programs of their own: these end by themselves, whatever workers are doing. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a program prints that imports the package as L. */
async function program(code: string): Promise<string> {
  const whole = `import * as L from './dist/index.js';\n${code}`;
  const args = ['--input-type=module', '--eval', whole];
  // A program that doesn't end is ended, and fails.
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  return stdout.trim();
}

const calls = `
  const [x, y] = [L.allocate('float32', 400_000), L.allocate('float32', 400_000)];
  x.array.fill(2);
  for (let i = 0; i < 50; i++) L.mse(x, y);
  console.log(L.backend().threads, L.mse(x, y));`;

it.each([
  [
    'ends while workers sleep',
    `await L.init({ threads: 3 }); ${calls} await new Promise((done) => setTimeout(done, 50));`,
  ],
  ['ends while workers look for work', `await L.init({ threads: 3 }); ${calls}`],
  ['ends by process.exit', `await L.init({ threads: 3 }); ${calls} process.exit(0);`],
])('a program with threads %s', async (_, code) => {
  expect(await program(code)).toBe('3 4');
});

it('a program that asked for threads and has nothing else to do ends', async () => {
  expect(await program("L.init({ threads: 'auto' });")).toBe('');
});

it('an error reaches the program as it does without threads', async () => {
  const code = `await L.init({ threads: 2 });
    const [log, labels] = [L.allocate('float32', 300_000), L.allocate('int32', 100_000)];
    labels.array[77_777] = 3;
    try { L.nll(log, labels); } catch (error) { console.log(error.message); }`;
  expect(await program(code)).toContain('labels[77777] = 3');
});
