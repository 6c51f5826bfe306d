/**
 * Careful JavaScript for NT-Xent. The rows are normalised once and packed in panels, so that both products read straight through;
 * S = ZZᵀ is symmetric, so only tiles that reach its diagonal or lie above it are computed, and their exponentials serve both rows.
 */
import { allProducts, allScores, normalise, pack, scratchFor, throughNorm } from './views.mjs';

/** Side of the squares in which W is mirrored. */
const SQUARE = 16;

/** e^((sim−1)/τ) above the diagonal and its sums over whole rows. Returns Σ sim over the pairs. */
function exponentials({ w, sums, m }, rows, temperature) {
  let similar = 0;
  sums.fill(0);
  for (let i = 0; i < m; i++) {
    if (i < rows) similar += w[i * m + i + rows];
    let sum = 0;
    for (let j = i + 1; j < m; j++) {
      const x = Math.exp((w[i * m + j] - 1) / temperature);
      w[i * m + j] = x;
      sum += x;
      sums[j] += x;
    }
    sums[i] += sum;
  }
  return similar;
}

/** W = c (E (1/s_i + 1/s_j) − 2 [pair]) with both its halves, square by square; `sums` becomes c/s. */
function weights({ w, sums, m }, rows, c) {
  for (let i = 0; i < m; i++) sums[i] = c / sums[i];
  for (let top = 0; top < m; top += SQUARE) {
    for (let left = top; left < m; left += SQUARE) {
      for (let i = top; i < Math.min(top + SQUARE, m); i++) {
        for (let j = Math.max(left, i + 1); j < Math.min(left + SQUARE, m); j++) {
          const x = w[i * m + j] * (sums[i] + sums[j]) - (j === i + rows ? 2 * c : 0);
          w[i * m + j] = x;
          w[j * m + i] = x;
        }
      }
    }
  }
  for (let i = 0; i < m; i++) w[i * m + i] = 0;
}

/** SimCLR: mean over 2N anchors of −sim(i, j)/τ + ln Σ_{k≠i} e^(sim(i, k)/τ), sim the cosine. Even N, and a width that 4 divides. */
export function ntXent({ za, zb, gradZa, gradZb, rows, width, temperature = 0.5 }) {
  const m = 2 * rows;
  const s = scratchFor(m, width);
  normalise(za, 0, rows, width, s);
  normalise(zb, rows, rows, width, s);
  pack(s);
  allScores(s, [0, m], [0, m]);
  const similar = exponentials(s, rows, temperature);
  let value = (m - 2 * similar) / temperature;
  for (let i = 0; i < m; i++) value += Math.log(s.sums[i]);
  weights(s, rows, 1 / (m * temperature));
  s.g.fill(0);
  allProducts(s, [0, m], [0, m]);
  throughNorm(s, gradZa, 0, rows, width);
  throughNorm(s, gradZb, rows, rows, width);
  return value / m;
}
