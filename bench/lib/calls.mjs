/** What a call costs beside its work: its time on 8 elements against an empty WebAssembly function, and the bytes it allocates. */
import { getHeapStatistics } from 'node:v8';
import * as losskit from '../../dist/index.js';
import { lossCall, makeData, residentCall } from './bind.mjs';
import { cases } from './cases.mjs';
import { keep, race } from './timer.mjs';
import { empty } from './wat.mjs';

/** Flags for the process: a nursery so large that nothing is collected while bytes are counted. */
export const FLAGS = ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512'];

/** Pointwise losses get 8 elements, the others 2 rows of 4; sequences and images have 4 steps or pixels, spellings one label. */
const shape = ({ width }) => (width === 1 ? [8, 1] : [2, 4]);
const little = (one) => ({ ...one, ...(one.steps && { steps: 4 }), ...(one.spelt && { spelt: 1 }) });

/** A dozen calls at once: a single one is too short to time. */
const UNITS = 12;

/** Calls after which the engine has compiled all that runs, and the time in ms after which these are enough. */
const [WARM, WARM_MS] = [50_000, 1000];

/** Bytes on the heap for each of 10^6 calls, or of as many as take about two seconds. */
function bytesPerCall(call) {
  let sum = 0;
  let warm = 0;
  const start = performance.now();
  for (; warm < WARM && (warm % 100 > 0 || performance.now() - start < WARM_MS); warm++) sum += call();
  const times = Math.min(1_000_000, Math.ceil((2000 * warm) / (performance.now() - start)));
  globalThis.gc();
  const before = getHeapStatistics();
  for (let i = 0; i < times; i++) sum += call();
  const after = getHeapStatistics();
  keep(sum);
  return (after.used_heap_size - before.used_heap_size + after.external_memory - before.external_memory) / times;
}

/** Time in ns and in calls of an empty function, and bytes for the value alone and with the gradient (`{ value, grad }`). */
export async function calls(variant, seconds) {
  const one = little(cases.find((candidate) => candidate.variant === variant));
  const data = makeData(one, ...shape(one));
  const { call, value } = residentCall(one, losskit, data);
  const ordinary = lossCall(one, losskit, data);
  const nothing = empty();
  const units = () => {
    for (let i = 0; i < UNITS; i++) nothing();
  };
  // First of all: afterwards the functions have seen ordinary arrays, too, and the engine keeps them general.
  const [valueBytes, gradBytes] = [bytesPerCall(value), bytesPerCall(call)];
  for (let i = 0; i < WARM; i++) keep(call() + ordinary() + value());
  const ms = await race({ units, resident: call, ordinary }, { seconds });
  const unitNs = (ms.units * 1e6) / UNITS;
  const [residentNs, ordinaryNs] = [ms.resident * 1e6, ms.ordinary * 1e6];
  return {
    name: variant,
    unitNs,
    residentNs,
    ordinaryNs,
    resident: residentNs / unitNs,
    ordinary: ordinaryNs / unitNs,
    valueBytes,
    gradBytes,
  };
}
