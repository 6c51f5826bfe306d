/** How near the kernels come to what WebAssembly can do here: a triad for those bound by memory, Σ e^x for the softmax. */
import * as losskit from '../../dist/index.js';
import { makeData, residentCall } from './bind.mjs';
import { cases } from './cases.mjs';
import { kinds } from './data.mjs';
import { race } from './timer.mjs';
import { machine } from './wat.mjs';

const find = (variant, rows) => cases.find((one) => one.variant === variant && one.rows === rows);

/** Calls of losskit on resident data, by variant. */
function kernels(variants, rows) {
  return Object.fromEntries(
    variants.map((variant) => {
      const one = find(variant, rows);
      return [variant, residentCall(one, losskit, makeData(one, one.rows)).call];
    }),
  );
}

/** The triad on three arrays of n floats. */
function triad(n) {
  const { memory, triad: run } = machine(3 * Math.ceil((4 * n) / 65_536) + 1);
  new Float32Array(memory.buffer, 64, 3 * n).set(kinds.normal(3 * n, 1, 1));
  return () => run(64, 64 + 4 * n, 64 + 8 * n, 4 * n, 1e-3);
}

/** Σ e^x of n logits. Checked against Math.exp first. */
function expSum(n) {
  const { memory, expSum: run } = machine(Math.ceil((4 * n) / 65_536) + 1);
  const x = new Float32Array(memory.buffer, 64, n);
  x.set(kinds.logits(n, 1, 1));
  const want = x.reduce((sum, value) => sum + Math.exp(value), 0);
  const got = run(64, 4 * n);
  // One running float32 sum: over millions of terms that is all its digits are good for.
  if (Math.abs(got - want) > 1e-2 * want) throw new Error(`the bare exponential sum is wrong: ${got}, not ${want}`);
  return () => run(64, 4 * n);
}

/** Ratios of the limit's time to the kernel's: 1 is the limit. */
export function rooflines(seconds) {
  const report = [];
  for (const n of [4096, 65_536, 2 ** 20]) {
    const { triad: limit, ...ms } = race(
      { triad: triad(n), ...kernels(['mse', 'mae', 'hinge', 'huber'], n) },
      { seconds },
    );
    const gigabytes = (12 * n) / limit / 1e6;
    for (const [name, time] of Object.entries(ms))
      report.push({ limit: 'triad', n, gigabytes, name, share: limit / time });
  }
  for (const rows of [1024, 64]) {
    const { rows: r, width, size } = find('crossEntropy', rows);
    const n = r * width;
    const sides = { exp: expSum(n - (n % 8)), ...kernels(['crossEntropy', 'crossEntropy-smoothed'], rows) };
    const { exp: limit, ...ms } = race(sides, { seconds });
    const perElement = (limit * 1e6) / n;
    for (const [name, time] of Object.entries(ms))
      report.push({ limit: 'exp + sum', size, perElement, name, share: limit / time });
  }
  return report;
}
