/**
 * `npm run mutants`: draws small changes to the sources at random, one at a time, and runs the tests that cover the file until one fails. Those
 * that nothing notices are printed. `--count <n>` in all, `--seed <n>` repeats a draw, `--under <folder or file>` draws there alone.
 */
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join, normalize, relative } from 'node:path';
import { described, mutantsOf, mutated } from './lib/mutants.mjs';
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, env, Missing, root } from './lib/run.mjs';

const HELP = 'npm run mutants -- [--count <n >= 1>] [--seed <n>] [--under <folder or file>]';

/** Where mutants are drawn: two in three in TypeScript. */
const rooms = { ts: ['ts'], rust: ['crate/kernels/src/losses', 'crate/kernels/src/loops', 'crate/kernels/src/math'] };

function parse(args) {
  const options = { count: 48, seed: Date.now() % 1e6, under: '' };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    if (!(name in options) || args[i + 1] === undefined) throw new Missing(HELP);
    options[name] = name === 'under' ? args[i + 1] : Number(args[i + 1]);
    if (name !== 'under' && !Number.isSafeInteger(options[name])) throw new Missing(HELP);
  }
  if (options.count < 1) throw new Missing(HELP);
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

/** Files without code of their own: generated ones, types alone, and the losses' lists of kernels. */
const BARE = /\.d\.ts$|generated|Types?\.ts$|^ts.losses.*kernels\.ts$/;

/** The sources of some folders that have code. */
function sources(folders, under) {
  const place = under === '' ? '' : normalize(under).replace(/[/\\]$/, '');
  const isThere = (name) => place === '' || name === place || /^[/\\]/.test(name.slice(place.length));
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, name))
      .filter((name) => /\.(ts|rs)$/.test(name) && !BARE.test(name))
      .filter((name) => name.startsWith(place) && isThere(name)),
  );
}

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

/** What ends the run in progress, with all the processes that it started. */
let endRun = () => {};

/** Whether a command succeeds within ten minutes: a change may have made a loop endless. */
function passes([command, ...args]) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that workers end with it.
    const child = spawn(command, args, { cwd: root, env, stdio: 'ignore', detached: true });
    endRun = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(endRun, 600_000);
    const settle = (done, result) => {
      clearTimeout(timer);
      endRun = () => {};
      done(result);
    };
    child.on('error', (error) => settle(reject, error));
    child.on('close', (code) => settle(resolve, code === 0));
  });
}

/** Throws if tests fail as it is, since then every change would seem to be noticed. A stage with a filter of names passes where the whole does. */
async function checkTests(files) {
  const whole = (stage) => (stage.includes('-t') ? stage.slice(0, stage.indexOf('-t')) : stage);
  const stages = files.flatMap(stagesOf).map((stage) => [JSON.stringify(whole(stage)), whole(stage)]);
  for (const stage of new Map(stages).values()) {
    if (!(await passes(stage))) throw new Missing(`the tests fail without a mutant: ${stage.join(' ')}`);
  }
}

/** What became of a change: the stage that noticed it, if one did. */
async function fateOf(file) {
  for (const [i, stage] of stagesOf(file).entries()) {
    if (file.endsWith('.rs') && !(await passes([...stage, '--no-run']))) return 'INVALID';
    if (!(await passes(stage))) return `killed at ${i + 1}`;
  }
  return 'SURVIVED';
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

/** Writes a change, runs the tests, and takes it back, however that ends. */
async function tried(mutant) {
  const restore = () => writeFileSync(mutant.file, mutant.text);
  process.once('exit', restore);
  try {
    writeFileSync(mutant.file, mutated(mutant));
    return await fateOf(relative(root, mutant.file));
  } finally {
    restore();
    process.off('exit', restore);
  }
}

await entry(async () => {
  const { count, seed, under } = parse(process.argv.slice(2));
  const mutants = drawn(count, generator(seed), under);
  if (mutants.length === 0) throw new Missing(`there is nothing to change under ${under}`);
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      endRun();
      process.exit(1);
    });
  }
  await ensureReady();
  await checkTests(mutants.map(({ file }) => relative(root, file)));
  const fates = [];
  for (const [i, mutant] of mutants.entries()) {
    const { line, around } = described(mutant);
    const fate = await tried(mutant);
    fates.push(fate);
    console.log(`${i + 1} ${fate} ${relative(root, mutant.file)}:${line}: ${around}`);
  }
  const valid = fates.filter((fate) => fate !== 'INVALID').length;
  const survivors = fates.filter((fate) => fate === 'SURVIVED').length;
  console.log(`${valid - survivors} of ${valid} killed, ${fates.length - valid} invalid (seed ${seed})`);
  return survivors > valid / 20 ? 1 : 0;
});
