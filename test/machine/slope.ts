/** Whether figures rise or fall in a long run, noise and single outliers aside. */

/** Points that are looked at, at most: all pairs of them are. */
const MOST = 300;

/** How much the line through points rises from the first to the last: the median of the slopes between any two (Theil-Sen). */
export function growth(all: readonly (readonly [x: number, y: number])[]): number {
  const step = Math.ceil(all.length / MOST);
  const points = all.filter((_, i) => i % step === 0);
  const slopes = points.flatMap(([x, y], i) => points.slice(i + 1).map(([x2, y2]) => (y2 - y) / (x2 - x)));
  return median(slopes) * (all.at(-1)![0] - all[0]![0]);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
