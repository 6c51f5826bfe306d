/** Whether figures rise or fall in a long run, noise aside. */

/** Where a fitted straight line begins and ends. */
export interface Line {
  readonly from: number;
  readonly to: number;
}

/** The line of least squares through points, at the first and the last of them. */
export function growth(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const slope = spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread;
  const at = (x: number) => y0 + slope * (x - x0);
  return { from: at(points[0]![0]), to: at(points.at(-1)![0]) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
