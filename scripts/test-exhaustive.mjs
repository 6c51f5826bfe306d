/**
 * `npm run test:exhaustive`: the kernels over every float32, which takes hours; see `--help` for how to take a part.
 */
import { parseArgs } from 'node:util';
import { entry, Missing, run } from './lib/run.mjs';

/** Each part: a test program of the crate. */
const PARTS = {
  math: 'math_exhaustive',
  pointwise: 'pointwise_exhaustive',
};

const HELP = `npm run test:exhaustive -- [part ...] [options]

Parts: ${Object.keys(PARTS).join(', ')}; all of them by default.

  --only a,b       what has one of these in its name (exp, huber ...)
  --range 0-10000  the floats with these bits, in hexadecimal, the end excluded
  --stride 61      every 61st float
  --threads 1      default: all processors
  --record         pins the worst floats in the fast test (without a range or --only)`;

const options = {
  only: { type: 'string' },
  range: { type: 'string' },
  stride: { type: 'string' },
  threads: { type: 'string' },
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
    const args = ['test', '--release', '--locked', '--test', PARTS[part], '--', '--ignored', '--nocapture'];
    if ((await run('cargo', args, { extraEnv })) !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
});
