/**
 * The paths by which steps spell labels, as a lattice of states: blank, label 0, blank, label 1, …, blank. In each step a path stays, moves to
 * the next state, or from a label straight to the next one if that is another.
 */

import { Softmax } from './softmax.ts';

/** Numbers m·2ᵉ, of any size: probabilities of paths through thousands of steps. */
class Row {
  readonly m: Float64Array;
  readonly e: Float64Array;

  constructor(length: number) {
    this.m = new Float64Array(length);
    this.e = new Float64Array(length).fill(-Infinity);
  }

  /** Adds m·2ᵉ to a number of the row. */
  add(s: number, m: number, e: number): void {
    if (m === 0) return;
    const most = Math.max(this.e[s]!, e);
    this.m[s] = this.m[s]! * 2 ** (this.e[s]! - most) + m * 2 ** (e - most);
    this.e[s] = most;
  }

  /** Multiplies it by m·2ᵉ. Its own m is made about 1 before it leaves the range, not at once: a power may be too large for 1 to be added to it. */
  multiply(s: number, m: number, e: number): void {
    const product = this.m[s]! * m;
    const power = Math.abs(Math.log2(product)) > 300 && product > 0 ? Math.floor(Math.log2(product)) : 0;
    this.m[s] = product * 2 ** -power;
    this.e[s] = this.e[s]! + e + power;
  }

  /** The whole row over the power that the largest has, which is returned. */
  over(): number {
    const most = this.m.reduce((top, m, s) => (m > 0 ? Math.max(top, this.e[s]!) : top), -Infinity);
    if (most > -Infinity) for (let s = 0; s < this.e.length; s++) this.e[s] = this.e[s]! - most;
    return most;
  }
}

/** What is known of a sequence: p of all classes, step by step, and that of the states over a power of two that is taken out of each step. */
interface Steps {
  readonly p: Float64Array;
  readonly emitted: readonly Row[];
  /** The sum of those powers. */
  readonly power: number;
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
  let power = 0;
  for (let t = 0; t < steps; t++) {
    softmax.of(logits.subarray(t * classes, (t + 1) * classes));
    if (Number.isNaN(softmax.total)) return null;
    for (let k = 0; k < classes; k++) p[t * classes + k] = softmax.p(k);
    const row = new Row(states.length);
    states.forEach((k, s) => {
      const x = -softmax.nll(k);
      // e^x = 2ⁿ eʳ; where x has no digits after the point, r is 0.
      const n = Math.round(x / Math.LN2);
      if (x > -Infinity) row.add(s, Math.exp(Math.abs(x) < 2 ** 52 ? x - n * Math.LN2 : 0), n);
    });
    power += row.over();
    emitted.push(row);
  }
  return { p, emitted, power };
}

/** The probabilities of being in a state after each step, and −ln of that of all paths. */
export function forward(states: Int32Array, { emitted, power }: Steps) {
  // Before the first step a path is in the first blank.
  let last = new Row(states.length);
  last.add(0, 1, 0);
  let taken = power;
  const alpha = emitted.map((step) => {
    const row = new Row(states.length);
    states.forEach((_, s) => {
      for (const next of nextOf(states, s)) row.add(next, last.m[s]!, last.e[s]!);
    });
    states.forEach((_, s) => {
      row.multiply(s, step.m[s]!, step.e[s]!);
    });
    taken += row.over();
    last = row;
    return row;
  });
  const ends = new Row(1);
  for (let s = Math.max(0, states.length - 2); s < states.length; s++) ends.add(0, last.m[s]!, last.e[s]!);
  const loss = ends.m[0] === 0 ? Infinity : -(Math.log(ends.m[0]!) + (ends.e[0]! + taken) * Math.LN2);
  return { alpha, loss: Math.max(0, loss) };
}

/** Writes p less the occupancies: the shares of the paths that are in a class in a step. */
export function slopes(states: Int32Array, { p, emitted }: Steps, alpha: readonly Row[], out: Float64Array): void {
  const classes = p.length / emitted.length;
  out.set(p);
  // What follows a state: after the last step nothing, if it is the last blank or the last label.
  let beta = new Row(states.length);
  for (let s = Math.max(0, states.length - 2); s < states.length; s++) beta.add(s, 1, 0);
  for (let t = emitted.length - 1; t >= 0; t--) {
    const through = new Row(states.length);
    states.forEach((_, s) => {
      through.add(s, alpha[t]!.m[s]! * beta.m[s]!, alpha[t]!.e[s]! + beta.e[s]!);
    });
    through.over();
    const shares = through.m.map((m, s) => (m === 0 ? 0 : m * 2 ** through.e[s]!));
    const whole = shares.reduce((a, b) => a + b, 0);
    states.forEach((k, s) => {
      out[t * classes + k] = out[t * classes + k]! - shares[s]! / whole;
    });
    const after = new Row(states.length);
    states.forEach((_, s) => {
      beta.multiply(s, emitted[t]!.m[s]!, emitted[t]!.e[s]!);
    });
    states.forEach((_, s) => {
      for (const next of nextOf(states, s)) after.add(s, beta.m[next]!, beta.e[next]!);
    });
    after.over();
    beta = after;
  }
}
