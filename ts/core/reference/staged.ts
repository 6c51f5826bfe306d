/** Results that the caller's arrays get only once all of them are there. */

import { copyTo, isDetached } from '../base/typed.ts';
import { goneBecause, movedView } from '../memory/resident.ts';
import type { Call } from '../model/call.ts';
import type { Out } from '../model/slot.ts';
import { checkFreed, viewOf } from '../read/inputs.ts';
import { freshArray } from '../settle/outputs/outputs.ts';

/**
 * Runs what may fail half-way, for lack of memory or because its formulas are the caller's, on arrays of its own in place of those that were
 * given. Formulas of elements do neither, and write where they should at once.
 */
export function staged(call: Call, work: () => void): void {
  const outs = [...(call.out === undefined ? [] : call.grads), ...(call.hessOut === undefined ? [] : call.hess)];
  if (outs.length === 0 || !mayFail(call)) {
    work();
    return;
  }
  const homes = outs.map((out) => out.data);
  const results = outs.map(({ length }) => freshArray(call, length));
  const put = (arrays: readonly Out['data'][]): void =>
    outs.forEach((out, i) => {
      out.data = arrays[i]!;
    });
  try {
    put(results);
    work();
  } finally {
    put(homes);
  }
  for (const out of outs) checkStillThere(call, out);
  for (const [i, out] of outs.entries()) copyTo(out.data, results[i]!);
}

const mayFail = ({ loss }: Call): boolean =>
  (loss.shape !== 'pointwise' && loss.shape !== 'regularizer') || loss.steps.whole !== undefined;

/** The caller's formulas may have let memory move, freed a buffer, or transferred one away. */
function checkStillThere(call: Call, out: Out): void {
  const { name } = call.loss;
  if (out.owner !== null) {
    out.data = viewOf(name, 'out', out.owner) as Out['data'];
    return;
  }
  checkFreed(call, 'out', out);
  if (out.length === 0 || !isDetached(out.data)) return;
  const moved = movedView(out.data, out.from, out.length);
  if (moved === null) throw new TypeError(`${name}: out is gone: ${goneBecause(out.data)}`);
  out.data = moved as Out['data'];
}
