/**
 * `npm run bench:peers`: installs the peers where they are missing, measures losskit against careful JavaScript and against them, and
 * writes bench/RESULTS.md and bench/results.json. Parts, words and flags are those of `npm run bench`; with any but `--json` nothing is written.
 */
import { ensureReady } from '../scripts/lib/ready.mjs';
import { entry } from '../scripts/lib/run.mjs';
import { PARTS, parse } from './lib/arguments.mjs';

const FULL = { rounds: 7, turnMs: 20, limitMs: 2500 };
const QUICK = { rounds: 3, turnMs: 10, limitMs: 500 };

await entry(async () => {
  const options = parse(process.argv.slice(2));
  await ensureReady();
  // Only now: these import packages and dist/.
  const [{ suite }, { versus }, { install }, { printed, write }] = await Promise.all([
    import('./lib/suite.mjs'),
    import('./lib/versus.mjs'),
    import('./lib/installs.mjs'),
    import('./lib/results.mjs'),
  ]);
  await install();
  const { words, parts, quick, against } = options;
  const whole = words.length === 0 && parts.length === PARTS.length && !quick && !against;
  const progress = (name) => console.error(`measuring ${name}`);
  const peers = await versus(options, quick ? QUICK : FULL, progress);
  const report = whole ? await suite(options, progress) : { machine: peers.machine, cases: [], failed: [] };
  const results = { ...report, ...peers };
  if (options.json) console.log(JSON.stringify(results, null, 2));
  else console.log(printed(results));
  if (whole) write(results);
  for (const failure of report.failed) console.error(`failed: ${failure}`);
});
