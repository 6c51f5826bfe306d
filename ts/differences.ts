/** Derivatives by differences, as far as a function has them. */

/** What came of an input's elements. */
export interface Comparison {
  readonly input: string | number;
  readonly order: 1 | 2;
  checked: number;
  skipped: number;
  /** The place that fits least, of those that were compared; −1 if none was. */
  index: number;
  analytic: number;
  numeric: number;
  error: number;
}

/** Where there may be derivatives. */
export interface Where {
  readonly range: readonly [number, number];
  /** False where the loss itself says that there is none at element i. */
  isSmooth(i: number): boolean;
}

/** Steps to try, relative to an element's size: differences of large ones are inexact, those of small ones noisy. */
const steps = [1e-3, 1e-4, 1e-5, 1e-6];

/**
 * Compares derivatives with differences of f, which looks at an array's element i; the array is changed in place, and is in the end as it was.
 * At most so many elements, evenly spread, where there may be derivatives.
 */
export function compare(
  what: { readonly input: string | number; readonly order: 1 | 2 },
  data: Float64Array,
  analytic: ArrayLike<number>,
  f: (i: number) => number,
  { range: [low, high], isSmooth }: Where,
  most: number,
): Comparison {
  const found: Comparison = { ...what, checked: 0, skipped: 0, index: -1, analytic: 0, numeric: 0, error: -1 };
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(analytic[i]!));
  for (let j = 0, count = Math.min(data.length, most); j < count; j++) {
    const i = Math.floor((j * data.length) / count);
    const x = data[i]!;
    const at = (y: number): number => {
      data[i] = y;
      try {
        return f(i);
      } finally {
        data[i] = x;
      }
    };
    const size = Math.min(Math.max(1, Math.abs(x)), 250 * (x - low), 250 * (high - x));
    const numeric = size > 0 && isSmooth(i) ? slopeAt(at, x, size) : null;
    if (numeric === null) {
      found.skipped++;
      continue;
    }
    found.checked++;
    const a = analytic[i]!;
    const off = Math.abs(a - numeric.slope) - numeric.noise;
    const error = Math.max(0, off) / Math.max(Math.abs(a), Math.abs(numeric.slope), 1e-3 * largest, 1e-300);
    // NaN fits nothing.
    const worse = Number.isNaN(error) ? Infinity : error;
    if (worse > found.error) Object.assign(found, { index: i, analytic: a, numeric: numeric.slope, error: worse });
  }
  return found;
}

/** f'(x) and how exact it is; null at a kink or a jump, and where f isn't finite. */
function slopeAt(f: (y: number) => number, x: number, size: number): { slope: number; noise: number } | null {
  const here = finite(f, x);
  if (here === null) return null;
  let [best, spread, last] = [0, Infinity, Number.NaN];
  // How much the slopes from both sides differ, and how much the function does.
  const [bends, gaps]: [number[], number[]] = [[], []];
  for (const step of steps) {
    const h = x + step * size - x;
    const [up, down, further, back] = [h, -h, 2 * h, -2 * h].map((by) => finite(f, x + by));
    if (up == null || down == null || further == null || back == null) return null;
    const slope = (8 * (up - down) - (further - back)) / (12 * h);
    bends.push(Math.abs(up - 2 * here + down) / h);
    gaps.push(Math.max(Math.abs(up - here), Math.abs(here - down)));
    if (Math.abs(slope - last) < spread) [best, spread] = [slope, Math.abs(slope - last)];
    last = slope;
  }
  if (stays(bends, 1e-6 * Math.abs(best)) || stays(gaps, 1e-11 * Math.abs(here))) return null;
  return { slope: best, noise: spread };
}

/** True for what stays the same while steps shrink: it would shrink with them, or grow where it is only noise. */
function stays(all: readonly number[], least: number): boolean {
  const [a, b, c] = all.slice(-3) as [number, number, number];
  return c > least && b > 0.5 * a && b < 2 * a && c > 0.5 * b && c < 2 * b;
}

/** f(y), or null where it has no finite value, or refuses y. */
function finite(f: (y: number) => number, y: number): number | null {
  try {
    const value = f(y);
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
