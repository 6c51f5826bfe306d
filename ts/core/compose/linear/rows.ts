/** Which rows count: those of which the loss looks at a score. The others are left out before any product. */

import type { Call } from '../../model/call.ts';
import { ownWeight, weightOf } from '../../settle/weights/weightOf.ts';
import type { Layer } from './shape.ts';

/** The rows with a weight, in order; null if all have one. */
export function countedRows(whole: Call, { rows, classes }: Layer): Int32Array | null {
  if (whole.weights.data === null && whole.factorAt === null) return null;
  const counts =
    whole.loss.shape === 'rowwise' ? (row: number) => weightOf(whole, row) !== 0 : countsIn(whole, classes);
  const counted = new Int32Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) if (counts(row)) counted[n++] = row;
  return n === rows ? null : counted.subarray(0, n);
}

/** Whether one of a row's elements has a weight. */
function countsIn(whole: Call, classes: number): (row: number) => boolean {
  // One weight for all of them.
  if (whole.factorAt === null && whole.weightSpan > 1) return (row) => ownWeight(whole, row * classes) !== 0;
  return (row) => {
    for (let i = row * classes; i < (row + 1) * classes; i++) if (weightOf(whole, i) !== 0) return true;
    return false;
  };
}

/** Runs of neighbours among some rows that count: where each begins, in the arguments and in the list, and how many there are. */
export function eachRun(
  rows: Int32Array | null,
  start: number,
  count: number,
  visit: (row: number, place: number, length: number) => void,
): void {
  if (rows === null) {
    visit(start, 0, count);
    return;
  }
  for (let i = 0; i < count; ) {
    const row = rows[start + i]!;
    let length = 1;
    while (i + length < count && rows[start + i + length] === row + length) length++;
    visit(row, i, length);
    i += length;
  }
}
