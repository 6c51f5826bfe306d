/** Runs what was asked for, case after case, and gathers the figures. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { load } from '../paths/index.mjs';
import { FLAGS } from './calls.mjs';
import { cases, select } from './cases.mjs';
import { measure } from './child.mjs';
import { first } from './first.mjs';
import { size } from './size.mjs';

/** Seconds a line of each table. */
const SECONDS = { losses: 1.6, paths: 2, threads: 2, rooflines: 1.2, calls: 0.6 };

/** Where and when: figures mean nothing without it. */
export function machine() {
  return {
    cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    node: process.versions.node,
    v8: process.versions.v8,
    date: new Date().toISOString().slice(0, 10),
    load: Number(loadavg()[0].toFixed(1)),
    busy: loadavg()[0] > availableParallelism() / 2 + 0.5,
  };
}

/** The cases that are held against a roofline. */
const ROOFED = [
  ...[4096, 65_536, 2 ** 20].flatMap((n) => ['mse', 'mae', 'hinge', 'huber'].map((loss) => `${loss}@${n}`)),
  ...['1024x1000', '64x50257'].flatMap((size) => [`crossEntropy@${size}`, `crossEntropy-smoothed@${size}`]),
];

/** The cases that are large enough for threads, and two that are not. */
const THREADED = [
  ...['mse@4096', 'mse@65536', 'huber@65536', 'mse@1048576', 'binaryCrossEntropyWithLogits@1048576'],
  ...[
    'crossEntropy@4096x10',
    'crossEntropy@1024x1000',
    'crossEntropy@64x50257',
    'triplet@4096x384',
    'rankNet@1024x100',
  ],
  ...['ctc@16x80', 'ntXent@512x128', 'infoNce@512x128', 'supCon@512x128', 'dice@4x21'],
];

/**
 * Flags for the processes of bench/paths: functions are compiled when they are called often enough, not when a busy machine has time for
 * it, and garbage is collected by who makes it.
 */
const STEADY = ['--no-concurrent-recompilation', '--single-threaded-gc'];

/** This build, by its entry. */
const OWN = 'dist/index.js';

const idsOf = (list) => list.map(({ id }) => id);

/** The lines whose name contains one of the words; all of them without words. */
const chosen = (ids, words) => ids.filter((id) => words.length === 0 || words.some((word) => id.includes(word)));

/**
 * `{ machine, cases, paths: { name: table }, threads, first, rooflines, calls, size, failed }`, of which only `machine`, `cases` and `failed` are
 * always there; a case that fails is told of and left out.
 */
export async function suite({ quick, words, parts, against, threads }, progress) {
  const share = quick ? 1 / 4 : 1;
  const builds = [OWN, against].filter(Boolean);
  const report = { machine: machine(), quick, cases: [], paths: {}, failed: [] };
  const attempt = async (name, work) => {
    progress(name);
    try {
      return await work();
    } catch (error) {
      report.failed.push(`${name}: ${error.message}`);
      return undefined;
    }
  };
  /** One child process a line of a table. */
  const table = async (ids, name, work) => {
    const rows = [];
    for (const id of ids) {
      const figures = await attempt(name(id), () => work(id));
      if (figures) rows.push(figures);
    }
    return rows;
  };
  const makers = {
    losses: async () => {
      const seconds = SECONDS.losses * share;
      report.cases = await table(idsOf(select(words)), String, (id) => measure('case.mjs', [id, seconds]));
    },
    threads: async () => {
      const ids = words.length > 0 ? idsOf(select(words)) : THREADED;
      const work = (id) => measure('threads.mjs', [id, SECONDS.threads * share, threads]);
      report.threads = await table(ids, (id) => `threads: ${id}`, work);
    },
    first: async () => {
      report.first = await attempt('the first call of a process', () => first(builds, quick ? 5 : 15));
    },
    rooflines: async () => {
      const seconds = SECONDS.rooflines * share;
      const work = (id) => measure('limits.mjs', [id, seconds]);
      report.rooflines = await table(ROOFED, (id) => `roofline of ${id}`, work);
    },
    calls: async () => {
      const variants = [...new Set(cases.map((one) => one.variant))];
      const work = (variant) => measure('call.mjs', [variant, SECONDS.calls * share], FLAGS);
      report.calls = await table(variants, (variant) => `call of ${variant}`, work);
    },
    size: async () => {
      report.size = await attempt('size', size);
    },
  };
  for (const part of parts) {
    // Against another build, the losses are a table like the others, which is about both.
    if (makers[part] && !(part === 'losses' && against)) await makers[part]();
    else {
      const { title, note, better, rival, rows } = await load(part);
      const work = (id) => measure('path.mjs', [part, id, SECONDS.paths * share, ...builds], STEADY);
      const measured = await table(chosen(idsOf(rows), words), (id) => `${part}: ${id}`, work);
      report.paths[part] = { title, note, better, rival, rows: measured };
    }
  }
  return report;
}
