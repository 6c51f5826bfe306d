/** Runs what was asked for, case after case, and gathers the figures. */
import { cpus, loadavg } from 'node:os';
import { FLAGS } from './calls.mjs';
import { cases, select } from './cases.mjs';
import { measure } from './child.mjs';
import { size } from './size.mjs';

/** Seconds a case, a roofline, a call. */
const SECONDS = { case: 2.4, rooflines: 3, calls: 0.8 };

/** Where and when: figures mean nothing without it. */
export function machine() {
  return {
    cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    node: process.versions.node,
    v8: process.versions.v8,
    date: new Date().toISOString().slice(0, 10),
    load: Number(loadavg()[0].toFixed(1)),
  };
}

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
    report.rooflines = await attempt('rooflines', () => measure('limits.mjs', [SECONDS.rooflines * share]));
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
