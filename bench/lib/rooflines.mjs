/** How near the kernels come to what WebAssembly can do here: a triad for those bound by memory, Σ e^x for the softmax. */
import * as losskit from '../../dist/index.js';
import { makeData, residentCall } from './bind.mjs';
import { cases } from './cases.mjs';
import { kinds } from './data.mjs';
import { race } from './timer.mjs';
import { machine } from './wat.mjs';

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

/** The limit's time over the kernel's on resident data: 1 is the limit. */
export async function roofline(id, seconds) {
  const one = cases.find((candidate) => candidate.id === id);
  const { variant: name, size, rows, width } = one;
  const n = rows * width;
  const bare = width === 1 ? triad(n) : expSum(n - (n % 8));
  const { call } = residentCall(one, losskit, makeData(one, rows));
  const { limit, kernel } = await race({ limit: bare, kernel: call }, { seconds });
  const share = limit / kernel;
  if (width === 1) return { name, size, limit: 'triad', gigabytes: (12 * n) / limit / 1e6, share };
  return { name, size, limit: 'exp + sum', perElement: (limit * 1e6) / n, share };
}
