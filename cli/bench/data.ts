/** Data for a loss that is known only by its own description: kinds of numbers are tried until it takes them. */
import type { AnyLoss } from '../lib/losses.ts';

type Numbers = Float32Array | Int32Array;
type Kind = (rows: number, width: number, random: () => number) => Numbers;

/** mulberry32: uniform numbers in [0, 1), the same in every run. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const filled = (n: number, next: (i: number) => number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => next(i));
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** From the most general to the most special; the first row's label is the highest class, so that no other kind passes for it. */
const kinds: { readonly [name: string]: Kind } = {
  labels: (rows, width, random) =>
    Int32Array.from({ length: rows }, (_, i) => (i === 0 ? width - 1 : Math.floor(random() * width))),
  normal: (rows, width, random) => filled(rows * width, () => normal(random)),
  probabilities: (rows, width, random) => {
    const all = filled(rows * width, () => 0.02 + random());
    if (width === 1) return all.map((x) => x / 1.04);
    for (let start = 0; start < all.length; start += width) {
      const row = all.subarray(start, start + width);
      const total = row.reduce((a, b) => a + b, 0);
      for (let k = 0; k < width; k++) row[k]! /= total;
    }
    return all;
  },
  binary: (rows, width, random) => filled(rows * width, (i) => (i < 2 ? i : Number(random() < 0.5))),
  sign: (rows, width, random) => filled(rows * width, (i) => (i < 2 ? 2 * i - 1 : random() < 0.5 ? -1 : 1)),
  binaryRows: (rows, _, random) => filled(rows, (i) => (i < 2 ? i : Number(random() < 0.5))),
};

const ORDER = {
  pointwise: ['normal', 'binary', 'sign', 'probabilities'],
  others: ['labels', 'normal', 'probabilities', 'binaryRows', 'binary'],
};

/** How to make a loss's arguments. */
export interface Recipe {
  readonly kinds: readonly string[];
  /** Rows have a width. */
  readonly isRows: boolean;
}

/** The arguments of a call with gradients. */
export function argumentsOf(loss: AnyLoss, { kinds: names, isRows }: Recipe, rows: number, width: number): unknown[] {
  const arrays = names.map((name, i) => kinds[name]!(rows, isRows ? width : 1, uniform(i + 1)));
  const options = isRows ? [{ batch: rows }] : [];
  const { inputs } = loss.info;
  return inputs.length > 3
    ? [Object.fromEntries(arrays.map((x, i) => [inputs[i]!, x])), ...options]
    : [...arrays, ...options];
}

/** Kinds that a loss takes. */
export function recipeOf(loss: AnyLoss): Recipe {
  const { shape, inputs, differentiable } = loss.info;
  const isRows = shape === 'rowwise' || shape === 'batch';
  const choices = inputs.map((name) => {
    const order = isRows ? ORDER.others : ORDER.pointwise;
    return differentiable.includes(name)
      ? order.filter((kind) => kind === 'normal' || kind === 'probabilities')
      : order;
  });
  for (const names of combinations(choices)) {
    const recipe = { kinds: names, isRows };
    try {
      const { value } = loss.valueAndGrad(...argumentsOf(loss, recipe, 4, 6));
      if (Number.isFinite(value)) return recipe;
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }
  throw new Error(`no numbers are known that ${loss.info.name} takes`);
}

function* combinations(choices: readonly (readonly string[])[]): Generator<string[], void> {
  if (choices.length === 0) return yield [];
  const [first, ...others] = choices as [readonly string[], ...(readonly string[])[]];
  for (const name of first) for (const rest of combinations(others)) yield [name, ...rest];
}
