/**
 * Careful JavaScript for losses between two sets of embeddings, and with classes, on the tiles of NT-Xent: two sets are one of 2N rows, of
 * whose matrix only the block between them is computed. N and the width are multiples of 4.
 */
import { allProducts, allScores, normalise, pack, scratchFor, throughNorm } from './views.mjs';

/** Side of the squares in which a block is mirrored. */
const SQUARE = 16;

/** The products of N rows of `a` with N rows of `b`: in W, rows 0 to N, columns N to 2N. */
function between(a, b, rows, width) {
  const s = scratchFor(2 * rows, width);
  normalise(a, 0, rows, width, s);
  normalise(b, rows, rows, width, s);
  pack(s);
  allScores(s, [0, rows], [rows, 2 * rows]);
  return s;
}

/** Gradients of both from W, which is mirrored first. */
function gradients(s, gradA, gradB, rows, width) {
  const { w, m } = s;
  for (let top = 0; top < rows; top += SQUARE) {
    for (let left = rows; left < m; left += SQUARE) {
      for (let i = top; i < Math.min(top + SQUARE, rows); i++) {
        for (let j = left; j < Math.min(left + SQUARE, m); j++) w[j * m + i] = w[i * m + j];
      }
    }
  }
  s.g.fill(0);
  allProducts(s, [0, rows], [rows, m]);
  allProducts(s, [rows, m], [0, rows]);
  throughNorm(s, gradA, 0, rows, width);
  throughNorm(s, gradB, rows, rows, width);
}

/** Mean over queries of −s_ii/τ + ln Σ_j e^(s_ij/τ), s the cosine. */
export function infoNce({ queries, keys, gradQueries, gradKeys, rows, width, temperature = 0.07 }) {
  const s = between(queries, keys, rows, width);
  const { w, m } = s;
  const c = 1 / (rows * temperature);
  let value = 0;
  for (let i = 0; i < rows; i++) {
    const start = i * m + rows;
    value -= (w[start + i] - 1) / temperature;
    let sum = 0;
    for (let j = start; j < start + rows; j++) {
      const x = Math.exp((w[j] - 1) / temperature);
      w[j] = x;
      sum += x;
    }
    value += Math.log(sum);
    const factor = c / sum;
    for (let j = start; j < start + rows; j++) w[j] *= factor;
    w[start + i] -= c;
  }
  gradients(s, gradQueries, gradKeys, rows, width);
  return value / rows;
}

/** −(1/N) Σ_ij ln σ(±(scale·s_ij + bias)), + for i = j, s the cosine. */
export function sigLip({ za, zb, gradZa, gradZb, rows, width, scale = 10, bias = -10 }) {
  const s = between(za, zb, rows, width);
  const { w, m } = s;
  const c = scale / rows;
  let value = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0, at = i * m + rows; j < rows; j++, at++) {
      const x = scale * w[at] + bias;
      const e = Math.exp(-Math.abs(x));
      value += Math.max(x, 0) + Math.log1p(e) - (i === j ? x : 0);
      w[at] = c * ((x > 0 ? 1 : e) / (1 + e) - (i === j ? 1 : 0));
    }
  }
  gradients(s, gradZa, gradZb, rows, width);
  return value / rows;
}

/** Khosla et al.: mean over anchors with a positive of −1/|P| Σ_p [s_ip/τ − ln Σ_{k≠i} e^(s_ik/τ)], s the cosine. */
export function supCon({ z, labels, grad, rows: m, width, temperature = 0.1 }) {
  const s = scratchFor(m, width);
  const { w, sums } = s;
  normalise(z, 0, m, width, s);
  pack(s);
  allScores(s, [0, m], [0, m]);
  const [together, others] = [new Float64Array(m), new Int32Array(m)];
  sums.fill(0);
  for (let i = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++) {
      const x = (w[i * m + j] - 1) / temperature;
      if (labels[i] === labels[j]) {
        together[i] += x;
        together[j] += x;
        others[i]++;
        others[j]++;
      }
      const e = Math.exp(x);
      w[i * m + j] = e;
      sums[i] += e;
      sums[j] += e;
    }
  }
  const anchors = others.reduce((count, n) => count + (n > 0 ? 1 : 0), 0);
  const c = 1 / (anchors * temperature);
  let value = 0;
  for (let i = 0; i < m; i++) {
    if (others[i] > 0) value += Math.log(sums[i]) - together[i] / others[i];
    sums[i] = others[i] > 0 ? c / sums[i] : 0;
  }
  for (let top = 0; top < m; top += SQUARE) {
    for (let left = top; left < m; left += SQUARE) {
      for (let i = top; i < Math.min(top + SQUARE, m); i++) {
        for (let j = Math.max(left, i + 1); j < Math.min(left + SQUARE, m); j++) {
          const x = w[i * m + j] * (sums[i] + sums[j]) - (labels[i] === labels[j] ? (2 * c) / others[i] : 0);
          w[i * m + j] = x;
          w[j * m + i] = x;
        }
      }
    }
  }
  for (let i = 0; i < m; i++) w[i * m + i] = 0;
  s.g.fill(0);
  allProducts(s, [0, m], [0, m]);
  throughNorm(s, grad, 0, m, width);
  return value / anchors;
}
