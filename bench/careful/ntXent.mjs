/**
 * Careful JavaScript for NT-Xent. The rows are normalised once and packed in panels, so that both products read straight through;
 * S = ZZᵀ is symmetric, so only tiles that reach its diagonal or lie above it are computed, and their exponentials serve both rows.
 */
import { product, scores } from './tiles.mjs';

/** Rows of S that are done together, so that a panel is read from the cache. */
const STRIP = 32;
/** Columns of W in a turn of the second product. */
const CHUNK = 128;
/** Side of the squares in which W is mirrored. */
const SQUARE = 16;

/** Scratch memory, kept from call to call: Z, Z in panels of four rows and of four columns, and what belongs to S. */
let scratch;
function scratchFor(m, width) {
  if (scratch?.m === m && scratch.width === width) return scratch;
  const [z, rowPanels, columnPanels, g] = Array.from({ length: 4 }, () => new Float64Array(m * width));
  const [norm, sums] = [new Float64Array(m), new Float64Array(m)];
  scratch = { m, width, z, rowPanels, columnPanels, g, norm, sums, w: new Float64Array(m * m) };
  return scratch;
}

/** Rows of `x` to unit length, into Z from row `first` on. */
function normalise(x, first, rows, width, { z, norm }) {
  for (let r = 0; r < rows; r++) {
    let square = 0;
    for (let k = 0; k < width; k++) square += x[r * width + k] * x[r * width + k];
    const length = Math.sqrt(square);
    norm[first + r] = length;
    for (let k = 0; k < width; k++) z[(first + r) * width + k] = x[r * width + k] / length;
  }
}

/** Z into its panels. */
function pack({ z, rowPanels, columnPanels, m, width }) {
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < width; k++) {
      rowPanels[(j - (j & 3)) * width + 4 * k + (j & 3)] = z[j * width + k];
      columnPanels[(k - (k & 3)) * m + 4 * j + (k & 3)] = z[j * width + k];
    }
  }
}

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

/** Gradient of x from that of z = x/|x|: (g − (g·z) z) / |x| */
function throughNorm({ z, g, norm }, out, first, rows, width) {
  for (let r = 0; r < rows; r++) {
    const start = (first + r) * width;
    let dot = 0;
    for (let k = 0; k < width; k++) dot += g[start + k] * z[start + k];
    for (let k = 0; k < width; k++) out[r * width + k] = (g[start + k] - dot * z[start + k]) / norm[first + r];
  }
}

/** SimCLR: mean over 2N anchors of −sim(i, j)/τ + ln Σ_{k≠i} e^(sim(i, k)/τ), sim the cosine. Even N, and a width that 4 divides. */
export function ntXent({ za, zb, gradZa, gradZb, rows, width, temperature = 0.5 }) {
  const m = 2 * rows;
  const s = scratchFor(m, width);
  normalise(za, 0, rows, width, s);
  normalise(zb, rows, rows, width, s);
  pack(s);
  for (let strip = 0; strip < m; strip += STRIP) {
    for (let j = strip; j < m; j += 4) for (let i = strip; i < Math.min(strip + STRIP, j + 4); i += 2) scores(s, i, j);
  }
  const similar = exponentials(s, rows, temperature);
  let value = (m - 2 * similar) / temperature;
  for (let i = 0; i < m; i++) value += Math.log(s.sums[i]);
  weights(s, rows, 1 / (m * temperature));
  s.g.fill(0);
  for (let from = 0; from < m; from += CHUNK) {
    for (let i = 0; i < m; i += 2) for (let k = 0; k < width; k += 4) product(s, i, k, from, Math.min(m, from + CHUNK));
  }
  throughNorm(s, gradZa, 0, rows, width);
  throughNorm(s, gradZb, rows, rows, width);
  return value / m;
}
