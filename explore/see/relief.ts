/** Heights with their contours, computed once for all the times they are drawn. */
import { chains, contour, levels } from './contour.ts';

type Line = readonly (readonly [number, number])[];

/** What is drawn of a surface. */
export interface Relief {
  readonly values: Float64Array;
  /** The range of the colours: a pole is cut off. */
  readonly low: number;
  readonly high: number;
  /** Between two contours. */
  readonly step: number;
  readonly lines: readonly Line[];
  /** Where the loss has a kink. */
  readonly kinks: readonly Line[];
}

/** `kinked`: the loss has a kink where it leaves 0. */
export function relief(values: Float64Array, loss: Float64Array, side: number, kinked: boolean): Relief {
  const sorted = values.filter(Number.isFinite).sort();
  const low = sorted[0] ?? 0;
  const high = sorted[Math.floor(sorted.length * 0.98)] ?? 1;
  const all = levels(low, high, 9);
  return {
    values,
    low,
    high,
    step: all.length > 1 ? all[1]! - all[0]! : 0,
    lines: all.flatMap((level) => chains(contour(values, side, level))),
    kinks: kinked ? chains(contour(loss, side, 1e-9)) : [],
  };
}
