/** What careful JavaScript of losses of a batch shares: rows of unit length in panels, both products with the matrix of scores, the way back. */
import { product, scores } from './tiles.mjs';

/** Rows of S that are done together, so that a panel is read from the cache. */
const STRIP = 32;
/** Columns of W in a turn of the second product. */
const CHUNK = 128;
/** Scratch memory, kept from call to call: Z, Z in panels of four rows and of four columns, and what belongs to S. */
let scratch;
export function scratchFor(m, width) {
  if (scratch?.m === m && scratch.width === width) return scratch;
  const [z, rowPanels, columnPanels, g] = Array.from({ length: 4 }, () => new Float64Array(m * width));
  const [norm, sums] = [new Float64Array(m), new Float64Array(m)];
  scratch = { m, width, z, rowPanels, columnPanels, g, norm, sums, w: new Float64Array(m * m) };
  return scratch;
}

/** Rows of `x` to unit length, into Z from row `first` on. */
export function normalise(x, first, rows, width, { z, norm }) {
  for (let r = 0; r < rows; r++) {
    let square = 0;
    for (let k = 0; k < width; k++) square += x[r * width + k] * x[r * width + k];
    const length = Math.sqrt(square);
    norm[first + r] = length;
    for (let k = 0; k < width; k++) z[(first + r) * width + k] = x[r * width + k] / length;
  }
}

/** Z into its panels. */
export function pack({ z, rowPanels, columnPanels, m, width }) {
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < width; k++) {
      rowPanels[(j - (j & 3)) * width + 4 * k + (j & 3)] = z[j * width + k];
      columnPanels[(k - (k & 3)) * m + 4 * j + (k & 3)] = z[j * width + k];
    }
  }
}

/** Gradient of x from that of z = x/|x|: (g − (g·z) z) / |x| */
export function throughNorm({ z, g, norm }, out, first, rows, width) {
  for (let r = 0; r < rows; r++) {
    const start = (first + r) * width;
    let dot = 0;
    for (let k = 0; k < width; k++) dot += g[start + k] * z[start + k];
    for (let k = 0; k < width; k++) out[r * width + k] = (g[start + k] - dot * z[start + k]) / norm[first + r];
  }
}

/** S = ZZᵀ in tiles from the given rows and columns, of which, if they are the same, those that reach the diagonal or lie above. */
export function allScores(s, [firstRow, rows], [firstColumn, columns]) {
  for (let strip = firstRow; strip < rows; strip += STRIP) {
    const from = firstColumn === firstRow ? strip : firstColumn;
    for (let j = from; j < columns; j += 4) {
      const to = firstColumn === firstRow ? Math.min(strip + STRIP, j + 4) : Math.min(strip + STRIP, rows);
      for (let i = strip; i < to; i += 2) scores(s, i, j);
    }
  }
}

/** G += W Z for some rows, over some columns of W. */
export function allProducts(s, [firstRow, rows], [firstColumn, columns]) {
  for (let from = firstColumn; from < columns; from += CHUNK) {
    const to = Math.min(columns, from + CHUNK);
    for (let i = firstRow; i < rows; i += 2) for (let k = 0; k < s.width; k += 4) product(s, i, k, from, to);
  }
}
