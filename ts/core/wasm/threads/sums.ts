/** The sums of chunks, added to a running sum as `crate/kernels/src/loops/total.rs` adds them. */

import { root } from '../../base/total.ts';

/**
 * Adds chunks in their order to the sum and the excess at the front of a record, both places in `f64`: three numbers a chunk, from place
 * `from` on, of which the last is the outcome. −1, or the first sample that is out of its domain, and the sum stays as it was.
 */
export function addChunks(f64: Float64Array, record: number, from: number, chunks: number, samples: number): number {
  let [sum, excess] = [f64[record]!, f64[record + 1]!];
  for (let k = 0; k < chunks; k++) {
    const at = from + 3 * k;
    const fault = f64[at + 2]!;
    if (fault !== -1) return k * samples + fault;
    const term = f64[at]!;
    const next = sum + term;
    if (Number.isFinite(next) || !Number.isFinite(sum) || !Number.isFinite(term)) sum = next;
    else excess += term * root * root;
    excess += f64[at + 1]!;
  }
  f64[record] = sum;
  f64[record + 1] = excess;
  return -1;
}
