/**
 * `npm run test:exhaustive`: the kernels over every float32, which takes hours, millions of rows, and hard cases of float64; `--help` says how to take a
 * part.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, Missing, root, run } from './lib/run.mjs';

/** A test program of the crate. */
const crate = (test) => (extraEnv) =>
  run('cargo', ['test', '--release', '--locked', '--test', test, '--', '--ignored', '--nocapture'], { extraEnv });

/** 10⁵ hard cases of float64, by mpmath, on both backends. */
async function doubles({ EXHAUSTIVE_SEED: seed = '1' }) {
  const folder = join(root, 'build', 'hard');
  const made = await run('python3', [join('test', 'oracle', 'lib', 'generate_hard.py'), folder, '--seed', seed]);
  if (made !== 0) throw new Missing('The cases need Python 3 with mpmath: pip install -r test/oracle/requirements.txt');
  await ensureReady();
  const args = [bin('vitest', 'vitest.mjs'), 'run', 'test/losses/vectors.test.ts'];
  return run(process.execPath, args, { extraEnv: { LOSSKIT_VECTORS: folder } });
}

const PARTS = {
  math: crate('math_exhaustive'),
  pointwise: crate('pointwise_exhaustive'),
  rows: crate('rowwise_exhaustive'),
  doubles,
};

const HELP = `npm run test:exhaustive -- [part ...] [options]

Parts: ${Object.keys(PARTS).join(', ')}; all of them by default.

  --only a,b       what has one of these in its name (exp, huber ...)
  --range 0-10000  the floats with these bits, in hexadecimal, the end excluded
  --stride 61      every 61st float; of rows, whose numbers are taken like floats, by default every 1024th
  --threads 1      default: all processors
  --seed 1         of doubles' cases
  --record         pins the worst floats in the fast test (without a range or --only)`;

const options = {
  only: { type: 'string' },
  range: { type: 'string' },
  stride: { type: 'string' },
  threads: { type: 'string' },
  seed: { type: 'string' },
  record: { type: 'boolean' },
  help: { type: 'boolean' },
};

await entry(async () => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const unknown = positionals.find((part) => !(part in PARTS));
  if (unknown !== undefined)
    throw new Missing(`There is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}.`);
  const extraEnv = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`EXHAUSTIVE_${name.toUpperCase()}`, value === true ? '1' : value]),
  );
  let failed = 0;
  for (const part of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
    if ((await PARTS[part](extraEnv)) !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
});
