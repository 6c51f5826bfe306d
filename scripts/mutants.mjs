/**
 * `npm run mutants`: draws small changes to the sources at random, one at a time, and runs the tests that cover the file until one fails. Those
 * that nothing notices are printed. `--count <n>` in all, `--seed <n>` repeats a draw, `--under <folder>` draws there alone.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { described, mutantsOf, mutated } from './lib/mutants.mjs';
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, env, Missing, root } from './lib/run.mjs';

const HELP = 'npm run mutants -- [--count <n>] [--seed <n>] [--under <folder>]';

/** Where mutants are drawn: two in three in TypeScript. */
const rooms = { ts: ['ts'], rust: ['crate/kernels/src/losses', 'crate/kernels/src/loops', 'crate/kernels/src/math'] };

function parse(args) {
  const options = { count: 48, seed: Date.now() % 1e6, under: '' };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    if (!(name in options) || args[i + 1] === undefined) throw new Missing(HELP);
    options[name] = name === 'under' ? args[i + 1] : Number(args[i + 1]);
    if (Number.isNaN(options[name])) throw new Missing(HELP);
  }
  return options;
}

/** Random numbers below n (mulberry32). */
function generator(seed) {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % n;
  };
}

/** The sources of some folders that have code: no generated files, no types alone. */
const sources = (folders, under) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, name))
      .filter((name) => /\.(ts|rs)$/.test(name) && !/\.d\.ts$|generated|Types?\.ts$|kernels\.ts$/.test(name))
      .filter((name) => name.startsWith(under)),
  );

/** The tests to run for a change, in turn: those nearest to the file, then all that are quick. */
function stagesOf(file) {
  const vitest = (...args) => [
    process.execPath,
    bin('vitest', 'vitest.mjs'),
    'run',
    '--project',
    'fast',
    '--bail',
    '1',
    '--maxWorkers',
    '1',
    ...args,
  ];
  const cargo = (...tests) => [
    'cargo',
    'test',
    '--profile',
    'fast',
    '--locked',
    '-q',
    '-p',
    'losskit-kernels',
    ...tests.flatMap((x) => ['--test', x]),
  ];
  if (file.endsWith('.rs'))
    return [
      cargo('bits'),
      cargo('vectors', 'dual', 'totals'),
      cargo(
        'embeddings',
        'contrast',
        'nt_xent',
        'linear',
        'fuzz',
        'kept',
        'transpose',
        'widen',
        'rowwise_accuracy',
        'pointwise_accuracy',
        'math_accuracy',
      ),
    ];
  const all = vitest('test/facade', 'test/losses', 'test/linear', 'test/conventions');
  const name = basename(file, '.ts');
  if (file.startsWith('ts/losses/') && !file.includes('formulas')) {
    return [
      vitest('test/losses/vectors', 'test/losses/parity', 'test/losses/info', 'test/losses/properties', '-t', name),
      all,
    ];
  }
  if (file.includes('formulas')) return [vitest('test/losses/vectors', 'test/losses/parity'), all];
  if (file.includes('compose/linear')) return [vitest('test/linear'), all];
  return [vitest('test/facade'), all];
}

/** The stage at which a change was noticed; null if it wasn't. */
function killer(stages) {
  for (const [i, [command, ...args]] of stages.entries()) {
    const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'ignore', timeout: 600_000 });
    if (status !== 0) return i + 1;
  }
  return null;
}

function drawn(count, below, under) {
  const mutants = Object.values(rooms).map((folders) =>
    sources(folders, under).flatMap((file) => mutantsOf(join(root, file))),
  );
  return Array.from({ length: count }, (_, i) => {
    const [typescript, rust] = mutants;
    const from = (i % 3 < 2 && typescript.length > 0) || rust.length === 0 ? typescript : rust;
    return from.splice(below(from.length), 1)[0];
  }).filter((mutant) => mutant !== undefined);
}

await entry(async () => {
  const { count, seed, under } = parse(process.argv.slice(2));
  await ensureReady();
  const mutants = drawn(count, generator(seed), under);
  let survivors = 0;
  for (const [i, mutant] of mutants.entries()) {
    const file = relative(root, mutant.file);
    const { line, around } = described(mutant);
    const restore = () => writeFileSync(mutant.file, mutant.text);
    process.once('exit', restore);
    let stage;
    try {
      writeFileSync(mutant.file, mutated(mutant));
      stage = killer(stagesOf(file));
    } finally {
      restore();
      process.off('exit', restore);
    }
    if (stage === null) survivors++;
    console.log(`${i + 1} ${stage === null ? 'SURVIVED' : `killed at ${stage}`} ${file}:${line}: ${around}`);
  }
  console.log(`${mutants.length - survivors} of ${mutants.length} killed (seed ${seed})`);
  return survivors > mutants.length / 20 ? 1 : 0;
});
