/**
 * `npm run soak`: random programs on the built package for ten minutes; every call must give what a fresh instance gives, memory must stay
 * flat and speed steady. `--minutes <n>` or `--seconds <n>` say how long, `--seed <n>` repeats a run; with `--threads <n>` workers are about, and
 * are ended at random.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReady } from './lib/ready.mjs';
import { entry, Missing, root, run } from './lib/run.mjs';

const HELP = 'npm run soak -- [--minutes <n>] [--seconds <n>] [--seed <n>] [--threads <n>]';

/** The numbers after the flags. */
function parse(args) {
  const numbers = { minutes: 10, seconds: 0, seed: Date.now() % 1e6, threads: 1 };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    const value = Number(args[i + 1]);
    if (!(name in numbers) || !(value >= 0)) throw new Missing(HELP);
    numbers[name] = value;
  }
  return { seconds: numbers.seconds || 60 * numbers.minutes, seed: numbers.seed, threads: numbers.threads };
}

await entry(async () => {
  const { seconds, seed, threads } = parse(process.argv.slice(2));
  await ensureReady();
  const { build } = await import('esbuild');
  const folder = join(root, 'build', 'soak');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'soak.mjs');
  await build({
    entryPoints: [join(root, 'test', 'machine', 'soak.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  return run(process.execPath, ['--expose-gc', outfile, 'dist/index.js', ...[seconds, seed, threads].map(String)]);
});
