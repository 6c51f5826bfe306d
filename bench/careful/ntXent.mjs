/**
 * Careful JavaScript for NT-Xent. The rows are normalised once; S = ZZᵀ is symmetric, so only tiles that reach its diagonal or lie
 * above it are computed, each for both of its rows; the weights are kept for the gradient; a tile's sums stay in registers.
 */

/** A tile has 2×4 sums: with their six operands they just fit the sixteen registers of doubles. */
const TI = 2;
const TJ = 4;
/** Columns of W for which a strip of Z stays in the first cache. */
const CHUNK = 64;

/** Scratch memory, kept from call to call: Z, its norms, the m×m weights, their sums, the gradient of Z. */
let scratch;
function scratchFor(m, width) {
  if (scratch?.m !== m || scratch.width !== width) {
    const doubles = (length) => new Float64Array(length);
    scratch = {
      m,
      width,
      z: doubles(m * width),
      norm: doubles(m),
      w: doubles(m * m),
      sums: doubles(m),
      g: doubles(m * width),
    };
  }
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

/** One tile of ZZᵀ. */
function scores(z, w, m, width, i, j) {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [i0, i1] = [i * width, (i + 1) * width];
  const [j0, j1, j2, j3] = [j * width, (j + 1) * width, (j + 2) * width, (j + 3) * width];
  for (let k = 0; k < width; k++) {
    const p = z[i0 + k];
    const q = z[i1 + k];
    const x0 = z[j0 + k];
    const x1 = z[j1 + k];
    const x2 = z[j2 + k];
    const x3 = z[j3 + k];
    a += p * x0;
    b += p * x1;
    c += p * x2;
    d += p * x3;
    e += q * x0;
    f += q * x1;
    g += q * x2;
    h += q * x3;
  }
  const [top, next] = [i * m + j, (i + 1) * m + j];
  w[top] = a;
  w[top + 1] = b;
  w[top + 2] = c;
  w[top + 3] = d;
  w[next] = e;
  w[next + 1] = f;
  w[next + 2] = g;
  w[next + 3] = h;
}

/** e^((sim−1)/τ) above the diagonal, and its sums over rows: one exponential serves both rows. Returns Σ sim over the pairs. */
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

/** W = c (E (1/s_i + 1/s_j) − 2 [pair]), both halves of it; `sums` becomes its own reciprocal. */
function weights({ w, sums, m }, rows, c) {
  for (let i = 0; i < m; i++) sums[i] = c / sums[i];
  for (let i = 0; i < m; i++) {
    w[i * m + i] = 0;
    for (let j = i + 1; j < m; j++) {
      const x = w[i * m + j] * (sums[i] + sums[j]) - (j === i + rows ? 2 * c : 0);
      w[i * m + j] = x;
      w[j * m + i] = x;
    }
  }
}

/** G = W Z for two rows, four columns at a time, over a chunk of W's columns. */
function products({ w, z, g, m, width }, i, from, to) {
  const [top, next] = [i * m, (i + 1) * m];
  for (let k = 0; k + 3 < width; k += 4) {
    const [g0, g1] = [i * width + k, (i + 1) * width + k];
    let [a, b, c, d] = [g[g0], g[g0 + 1], g[g0 + 2], g[g0 + 3]];
    let [e, f, h, l] = [g[g1], g[g1 + 1], g[g1 + 2], g[g1 + 3]];
    for (let j = from, at = from * width + k; j < to; j++, at += width) {
      const p = w[top + j];
      const q = w[next + j];
      const x0 = z[at];
      const x1 = z[at + 1];
      const x2 = z[at + 2];
      const x3 = z[at + 3];
      a += p * x0;
      b += p * x1;
      c += p * x2;
      d += p * x3;
      e += q * x0;
      f += q * x1;
      h += q * x2;
      l += q * x3;
    }
    g[g0] = a;
    g[g0 + 1] = b;
    g[g0 + 2] = c;
    g[g0 + 3] = d;
    g[g1] = e;
    g[g1 + 1] = f;
    g[g1 + 2] = h;
    g[g1 + 3] = l;
  }
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

/** SimCLR: mean over 2N anchors of −sim(i, j)/τ + ln Σ_{k≠i} e^(sim(i, k)/τ), sim the cosine. Even N and a width that 4 divides. */
export function ntXent({ za, zb, gradZa, gradZb, rows, width, temperature = 0.5 }) {
  const m = 2 * rows;
  const s = scratchFor(m, width);
  normalise(za, 0, rows, width, s);
  normalise(zb, rows, rows, width, s);
  for (let i = 0; i < m; i += TI) for (let j = i - (i % TJ); j < m; j += TJ) scores(s.z, s.w, m, width, i, j);
  const similar = exponentials(s, rows, temperature);
  let value = (m - 2 * similar) / temperature;
  for (let i = 0; i < m; i++) value += Math.log(s.sums[i]);
  weights(s, rows, 1 / (m * temperature));
  s.g.fill(0);
  for (let from = 0; from < m; from += CHUNK) {
    const to = Math.min(m, from + CHUNK);
    for (let i = 0; i < m; i += TI) products(s, i, from, to);
  }
  throughNorm(s, gradZa, 0, rows, width);
  throughNorm(s, gradZb, rows, rows, width);
  return value / m;
}
