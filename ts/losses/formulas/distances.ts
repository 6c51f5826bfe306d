/** Distances between embeddings, with their gradients. */
import { dot, gap, normalise, squaredGap } from './vectors.ts';

/** An embedding, with its length and direction where the distance is one of directions. */
export class Embedding {
  x: Float64Array;
  length = 0;
  /** x/|x|; a zero vector stays 0. */
  readonly unit: Float64Array;

  constructor(x: Float64Array) {
    this.x = x;
    this.unit = new Float64Array(x.length);
  }

  /** Takes x, in place of the last one. */
  of(x: Float64Array, hasDirection: boolean): this {
    this.x = x;
    if (hasDirection) this.length = normalise(x, this.unit);
    return this;
  }
}

/** A distance d(a, b). */
export interface Distance {
  readonly isOfDirections: boolean;
  value(a: Embedding, b: Embedding): number;
  /** Adds w ∂d/∂a to da, and w ∂d/∂b to db, given d. */
  addGrad(a: Embedding, b: Embedding, d: number, w: number, da: Float64Array, db: Float64Array): void;
}

/** Σ (a_k − b_k)². Gradient in a: 2(a − b). */
export const squaredEuclidean: Distance = {
  isOfDirections: false,
  value: (a, b) => squaredGap(a.x, b.x),
  addGrad(a, b, _, w, da, db) {
    for (let k = 0; k < da.length; k++) {
      const slope = 2 * w * (a.x[k]! - b.x[k]!);
      da[k] = da[k]! + slope;
      db[k] = db[k]! - slope;
    }
  },
};

/** |a − b|. Gradient in a: (a − b)/|a − b|, and 0 where a = b. */
export const euclidean: Distance = {
  isOfDirections: false,
  value: (a, b) => gap(a.x, b.x),
  addGrad(a, b, d, w, da, db) {
    if (d === 0) return;
    for (let k = 0; k < da.length; k++) {
      const slope = (w * (a.x[k]! - b.x[k]!)) / d;
      da[k] = da[k]! + slope;
      db[k] = db[k]! - slope;
    }
  },
};

/** 1 − cos(a, b) = 1 − û_a·û_b. Gradient in a: −(û_b − cos û_a)/|a|, û = x/|x|. A zero vector has cosine 0 and gradient 0. */
export const cosine: Distance = {
  isOfDirections: true,
  value: (a, b) => 1 - dot(a.unit, b.unit),
  addGrad({ unit: u, length: m }, { unit: v, length: n }, _, w, da, db) {
    if (m === 0 || n === 0) return;
    const cos = dot(u, v);
    for (let k = 0; k < da.length; k++) {
      da[k] = da[k]! - (w * (v[k]! - cos * u[k]!)) / m;
      db[k] = db[k]! - (w * (u[k]! - cos * v[k]!)) / n;
    }
  },
};
