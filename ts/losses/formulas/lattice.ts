/**
 * The paths by which steps spell labels, as a lattice of states: blank, label 0, blank, label 1, …, blank. In each step a path stays, moves to
 * the next state, or from a label straight to the next one if that is another.
 */

import { Softmax } from './softmax.ts';

/**
 * Logarithms of probabilities of paths, each the sum of two doubles, the second of which is what the first has lost: paths through thousands
 * of steps are as exact as short ones, and so is how paths differ that all have gone through a very low score.
 */
class Row {
  readonly high: Float64Array;
  readonly low: Float64Array;

  /** Of nothing. */
  constructor(length: number) {
    this.high = new Float64Array(length).fill(-Infinity);
    this.low = new Float64Array(length);
  }

  /** Adds the number with this logarithm to that of state s. */
  add(s: number, high: number, low: number): void {
    const [own, rest] = [this.high[s]!, this.low[s]!];
    if (high === -Infinity) return;
    const gap = own === -Infinity ? Infinity : high - own + (low - rest);
    const more = Math.log1p(Math.exp(-Math.abs(gap)));
    if (gap > 0) this.#set(s, high, more, low);
    else this.#set(s, own, more, rest);
  }

  /** Multiplies it by the number with this logarithm. */
  multiply(s: number, high: number, low: number): void {
    this.#set(s, this.high[s]!, high, this.low[s]! + low);
  }

  /** Makes x + y + rest of it: what rounding x + y loses is added to the rest (Knuth). */
  #set(s: number, x: number, y: number, rest: number): void {
    const sum = x + y;
    const part = sum - x;
    const low = x - (sum - part) + (y - part) + rest;
    const isNone = sum === -Infinity;
    this.high[s] = isNone ? sum : sum + low;
    this.low[s] = isNone ? 0 : low - (sum + low - sum);
  }

  /** The numbers as shares of their sum. */
  shares(): Float64Array {
    const [high, low] = [this.high.reduce((a, b) => Math.max(a, b)), this.low];
    const most = this.high.reduce((top, x, s) => (x === high ? Math.max(top, low[s]!) : top), -Infinity);
    const shares = this.high.map((x, s) => Math.exp(x - high + (low[s]! - most)));
    const whole = shares.reduce((a, b) => a + b, 0);
    return shares.map((share) => share / whole);
  }
}

/** What is known of a sequence: p of all classes, step by step, and ln p of the states. */
interface Steps {
  readonly p: Float64Array;
  readonly emitted: readonly Row[];
}

/** The classes of the states. */
export function statesOf(labels: Int32Array, blank: number): Int32Array {
  const states = new Int32Array(2 * labels.length + 1).fill(blank);
  for (let j = 0; j < labels.length; j++) states[2 * j + 1] = labels[j]!;
  return states;
}

/** Steps that the shortest path takes: one a label, and a blank between equal ones. */
export const stepsNeeded = (labels: Int32Array): number =>
  labels.reduce((steps, label, j) => steps + (j > 0 && label === labels[j - 1] ? 2 : 1), 0);

/** Where a path may go from state s. */
const nextOf = (states: Int32Array, s: number): readonly number[] =>
  [s, s + 1, ...(s % 2 === 1 && states[s] !== states[s + 2] ? [s + 2] : [])].filter((next) => next < states.length);

/** The softmax of every step; null if one has none. */
export function softmaxSteps(logits: Float64Array, steps: number, classes: number, states: Int32Array): Steps | null {
  const p = new Float64Array(steps * classes);
  const softmax = new Softmax(classes);
  const emitted: Row[] = [];
  for (let t = 0; t < steps; t++) {
    const z = logits.subarray(t * classes, (t + 1) * classes);
    softmax.of(z);
    const { total, most, logTotal } = softmax;
    if (Number.isNaN(total)) return null;
    for (let k = 0; k < classes; k++) p[t * classes + k] = softmax.p(k);
    const row = new Row(states.length);
    states.forEach((k, s) => {
      row.add(s, -logTotal, 0);
      // Not ∞ − ∞.
      if (z[k] === -Infinity || z[k] !== most) row.multiply(s, most === Infinity ? -Infinity : z[k]!, 0);
      if (Number.isFinite(most) && z[k] !== most) row.multiply(s, -most, 0);
    });
    emitted.push(row);
  }
  return { p, emitted };
}

/** The logarithms of the probabilities of being in a state after each step, and −ln of that of all paths. */
export function forward(states: Int32Array, { emitted }: Steps) {
  // Before the first step a path is in the first blank.
  let last = new Row(states.length);
  last.add(0, 0, 0);
  const alpha = emitted.map((step) => {
    const row = new Row(states.length);
    states.forEach((_, s) => {
      for (const next of nextOf(states, s)) row.add(next, last.high[s]!, last.low[s]!);
    });
    states.forEach((_, s) => {
      row.multiply(s, step.high[s]!, step.low[s]!);
    });
    last = row;
    return row;
  });
  const ends = new Row(1);
  for (let s = Math.max(0, states.length - 2); s < states.length; s++) ends.add(0, last.high[s]!, last.low[s]!);
  return { alpha, loss: Math.max(0, -ends.high[0]! - ends.low[0]!) };
}

/** Writes p less the occupancies: the shares of the paths that are in a class in a step. */
export function slopes(states: Int32Array, { p, emitted }: Steps, alpha: readonly Row[], out: Float64Array): void {
  const classes = p.length / emitted.length;
  out.set(p);
  // What follows a state: after the last step nothing, if it is the last blank or the last label.
  let beta = new Row(states.length);
  for (let s = Math.max(0, states.length - 2); s < states.length; s++) beta.add(s, 0, 0);
  for (let t = emitted.length - 1; t >= 0; t--) {
    const through = new Row(states.length);
    states.forEach((_, s) => {
      through.add(s, alpha[t]!.high[s]!, alpha[t]!.low[s]!);
      through.multiply(s, beta.high[s]!, beta.low[s]!);
    });
    const shares = through.shares();
    states.forEach((k, s) => {
      out[t * classes + k] = out[t * classes + k]! - shares[s]!;
    });
    const after = new Row(states.length);
    states.forEach((_, s) => {
      beta.multiply(s, emitted[t]!.high[s]!, emitted[t]!.low[s]!);
    });
    states.forEach((_, s) => {
      for (const next of nextOf(states, s)) after.add(s, beta.high[next]!, beta.low[next]!);
    });
    beta = after;
  }
}
