/** Lines of equal height, by marching squares. */

/** Two ends of a stroke, in cells of the grid. */
export type Stroke = readonly [number, number, number, number];

/** The strokes along which a field of `side` × `side` values is at `level`. */
export function contour(values: ArrayLike<number>, side: number, level: number): Stroke[] {
  const strokes: Stroke[] = [];
  for (let j = 0; j + 1 < side; j++) {
    for (let i = 0; i + 1 < side; i++) {
      const at = j * side + i;
      const corners = [values[at]!, values[at + 1]!, values[at + side + 1]!, values[at + side]!] as const;
      if (!corners.every(Number.isFinite)) continue;
      const cuts: [number, number][] = [];
      for (let edge = 0; edge < 4; edge++) {
        const from = corners[edge]!;
        const to = corners[(edge + 1) & 3]!;
        if (from > level === to > level) continue;
        const t = (level - from) / (to - from);
        const [x, y] = [
          [i + t, j],
          [i + 1, j + t],
          [i + 1 - t, j + 1],
          [i, j + 1 - t],
        ][edge] as [number, number];
        cuts.push([x, y]);
      }
      for (let cut = 0; cut + 1 < cuts.length; cut += 2) strokes.push([...cuts[cut]!, ...cuts[cut + 1]!]);
    }
  }
  return strokes;
}

/** Strokes joined end to end, so that dashes run on: lists of points. */
export function chains(strokes: readonly Stroke[]): (readonly [number, number])[][] {
  const key = (x: number, y: number): string => `${x.toFixed(5)} ${y.toFixed(5)}`;
  const ends = new Map<string, Set<Stroke>>();
  const at = (name: string): Set<Stroke> => {
    const found = ends.get(name) ?? new Set();
    ends.set(name, found);
    return found;
  };
  for (const stroke of strokes) {
    at(key(stroke[0], stroke[1])).add(stroke);
    at(key(stroke[2], stroke[3])).add(stroke);
  }
  const left = new Set(strokes);
  /** Follows the strokes from a point until none goes on. */
  const follow = (from: readonly [number, number], points: (readonly [number, number])[]) => {
    let here = from;
    for (;;) {
      const next = [...at(key(...here))].find((stroke) => left.has(stroke));
      if (next === undefined) return points;
      left.delete(next);
      here = key(next[0], next[1]) === key(...here) ? [next[2], next[3]] : [next[0], next[1]];
      points.push(here);
    }
  };
  const result: (readonly [number, number])[][] = [];
  for (const stroke of strokes) {
    if (!left.delete(stroke)) continue;
    const [x0, y0, x1, y1] = stroke;
    const back = follow([x0, y0], []);
    result.push([...back.reverse(), [x0, y0], ...follow([x1, y1], [[x1, y1]])]);
  }
  return result;
}

/** About `count` round levels between two heights. */
export function levels(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((size) => size >= rough)!;
  const first = Math.floor(low / step) + 1;
  return Array.from({ length: Math.max(0, Math.ceil(high / step) - first) }, (_, k) => (first + k) * step);
}
