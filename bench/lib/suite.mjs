/** Runs what was asked for, case after case, and gathers the figures. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { FLAGS } from './calls.mjs';
import { cases, select } from './cases.mjs';
import { measure } from './child.mjs';
import { size } from './size.mjs';

/** Seconds a case, a roofline, a call. */
const SECONDS = { case: 1.6, rooflines: 1.2, calls: 0.6 };

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

/** `{ machine, cases, rooflines, calls, size, failed }`; a case that fails is told of and left out. */
export async function suite({ quick, words, parts, onlyParts }, progress) {
  const share = quick ? 1 / 8 : 1;
  const report = { machine: machine(), quick, cases: [], failed: [] };
  const attempt = async (name, work) => {
    progress(name);
    try {
      return await work();
    } catch (error) {
      report.failed.push(`${name}: ${error.message}`);
      return undefined;
    }
  };
  for (const { id } of onlyParts ? [] : select(words)) {
    const figures = await attempt(id, () => measure('case.mjs', [id, SECONDS.case * share]));
    if (figures) report.cases.push(figures);
  }
  if (parts.includes('rooflines')) {
    report.rooflines = [];
    for (const id of ROOFED) {
      const figures = await attempt(`roofline of ${id}`, () => measure('limits.mjs', [id, SECONDS.rooflines * share]));
      if (figures) report.rooflines.push(figures);
    }
  }
  if (parts.includes('calls')) {
    report.calls = [];
    for (const variant of new Set(cases.map((one) => one.variant))) {
      const args = [variant, SECONDS.calls * share];
      const figures = await attempt(`call of ${variant}`, () => measure('call.mjs', args, FLAGS));
      if (figures) report.calls.push(figures);
    }
  }
  if (parts.includes('size')) report.size = await attempt('size', size);
  return report;
}
