/** Seeded data for every case: the same numbers in every process and every run, and in the domain of the loss. */

/** mulberry32: uniform numbers in [0, 1). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers (Box-Muller, one a call). */
function normal(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Fills a new array from a function. */
const filled = (Type, length, next) => Type.from({ length }, next);

/** Divides each row by a function of it. */
function eachRow(array, width, divisor) {
  for (let start = 0; start < array.length; start += width) {
    const row = array.subarray(start, start + width);
    const d = divisor(row);
    for (let k = 0; k < width; k++) row[k] /= d;
  }
  return array;
}

const norm = (row) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
const total = (row) => row.reduce((sum, x) => sum + x, 0);

/**
 * The kinds of input. Each takes (rows, width, seed) and the type of its array, Float32Array unless told otherwise; pointwise losses have
 * width 1. Ties are left out where a kink would make two right answers differ.
 */
export const kinds = {
  /** Predictions, parameters, embeddings as they come: N(0, 1). */
  normal: (rows, width, seed, Type = Float32Array) => filled(Type, rows * width, normal(uniform(seed))),
  /** Counts, amounts: |N(0, 1)|. */
  nonNegative: (rows, width, seed, Type = Float32Array) => kinds.normal(rows, width, seed, Type).map(Math.abs),
  /** Logits: N(0, 2), as a trained classifier has them. */
  logits: (rows, width, seed, Type = Float32Array) => {
    const next = normal(uniform(seed));
    return filled(Type, rows * width, () => 2 * next());
  },
  /** Probabilities of one event, clear of 0 and 1. */
  probability: (rows, width, seed, Type = Float32Array) => {
    const next = uniform(seed);
    return filled(Type, rows * width, () => 0.001 + 0.998 * next());
  },
  /** Targets 0 or 1. */
  binary: (rows, width, seed, Type = Float32Array) => {
    const next = uniform(seed);
    return filled(Type, rows * width, () => (next() < 0.5 ? 0 : 1));
  },
  /** Targets −1 or 1. */
  sign: (rows, width, seed, Type = Float32Array) => {
    const next = uniform(seed);
    return filled(Type, rows * width, () => (next() < 0.5 ? -1 : 1));
  },
  /** Rows of probabilities that sum to 1: the softmax of logits. */
  distribution: (rows, width, seed, Type = Float32Array) =>
    eachRow(kinds.logits(rows, width, seed, Type).map(Math.exp), width, total),
  /** Their logarithms. */
  logDistribution: (rows, width, seed, Type = Float32Array) =>
    kinds.distribution(rows, width, seed, Type).map(Math.log),
  /** Rows of length 1: with them nearly every triplet is inside its margin, so nothing is skipped. */
  unitRows: (rows, width, seed, Type = Float32Array) => eachRow(kinds.normal(rows, width, seed, Type), width, norm),
  /** Grades of relevance, 0 to 4, most of them 0. */
  grades: (rows, width, seed, Type = Float32Array) => {
    const next = uniform(seed);
    return filled(Type, rows * width, () => Math.floor(5 * next() ** 3));
  },
  /** Labels of pixels: of one class a mask. */
  mask: (rows, width, seed) => kinds.labels(rows, Math.max(2, width), seed),
  /** Labels of sequences, none of them the blank, which is class 0. */
  spelling: (rows, width, seed) => kinds.labels(rows, width - 1, seed).map((label) => label + 1),
  /** One class a row. */
  labels: (rows, width, seed) => {
    const next = uniform(seed);
    return Int32Array.from({ length: rows }, () => Math.floor(next() * width));
  },
};
