/** A seeded generator: the same numbers on every machine and every run. */

/** Draws of random numbers. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** Normally distributed, with variance 1. */
  normal(): number;
  /** Of either sign, with a magnitude anywhere from 10^−span to 10^span. */
  wide(span: number): number;
}

/** A generator (mulberry32) that starts from a seed, or from a name. */
export function random(seed: number | string): Random {
  let state = typeof seed === 'number' ? seed : hash(seed);
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + (high - low) * unit();
  return {
    unit,
    between,
    below: (n) => Math.floor(n * unit()),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    wide: (span) => (unit() < 0.5 ? -1 : 1) * 10 ** between(-span, span),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return h;
}
