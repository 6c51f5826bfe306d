/**
 * A linear layer and its cross-entropy, as fast as JavaScript gets: rows in chunks, whose scores are all that is kept, and products in tiles
 * whose 2×4 sums stay in registers, of operands that lie packed in the order in which they are read.
 */

/** Rows of a chunk, and classes of a block. */
const ROWS = 64;
const BLOCK = 128;

/** c = a·b, or c += a·b: a in pairs of rows, b in quads of columns, `terms` long; c has `rows` and `columns`, `stride` apart. */
function product(a, b, terms, c, at, stride, rows, columns, adds) {
  for (let j = 0; j < columns; j += 4) {
    for (let i = 0; i < rows; i += 2)
      tile(a, i * terms, b, j * terms, terms, c, at + i * stride + j, stride, rows - i, columns - j, adds);
  }
}

function tile(a, x, b, y, terms, c, at, stride, rows, columns, adds) {
  let s0 = 0,
    s1 = 0,
    s2 = 0,
    s3 = 0,
    t0 = 0,
    t1 = 0,
    t2 = 0,
    t3 = 0;
  for (const end = x + 2 * terms; x < end; x += 2, y += 4) {
    const r = a[x],
      s = a[x + 1];
    const b0 = b[y],
      b1 = b[y + 1],
      b2 = b[y + 2],
      b3 = b[y + 3];
    s0 += r * b0;
    s1 += r * b1;
    s2 += r * b2;
    s3 += r * b3;
    t0 += s * b0;
    t1 += s * b1;
    t2 += s * b2;
    t3 += s * b3;
  }
  if (!adds && rows > 1 && columns > 3) {
    c[at] = s0;
    c[at + 1] = s1;
    c[at + 2] = s2;
    c[at + 3] = s3;
    c[at + stride] = t0;
    c[at + stride + 1] = t1;
    c[at + stride + 2] = t2;
    c[at + stride + 3] = t3;
    return;
  }
  const sums = [s0, s1, s2, s3, t0, t1, t2, t3];
  for (let i = 0; i < Math.min(rows, 2); i++) {
    for (let j = 0; j < Math.min(columns, 4); j++) {
      const place = at + i * stride + j;
      c[place] = adds ? c[place] + sums[4 * i + j] : sums[4 * i + j];
    }
  }
}

/** Packs rows of a matrix, `width` to a panel: element k of a panel's row r is at k · width + r. */
function byRows(from, at, stride, rows, columns, width, to) {
  for (let r = 0; r < rows; r++) {
    let place = Math.floor(r / width) * width * columns + (r % width);
    for (let k = 0, x = at + r * stride; k < columns; k++, x++, place += width) to[place] = from[x];
  }
}

/** Packs columns of a matrix likewise. */
function byColumns(from, at, stride, rows, columns, width, to) {
  for (let j = 0; j < columns; j += width) {
    for (let k = 0; k < rows; k++) {
      const [x, y] = [at + k * stride + j, j * rows + k * width];
      for (let r = 0; r < width && j + r < columns; r++) to[y + r] = from[x + r];
    }
  }
}

const up = (n, to) => Math.ceil(n / to) * to;

/** Room to work in, made once for a shape. */
export const roomFor = ({ rows, dim, classes }) => {
  const n = Math.min(ROWS, rows);
  return {
    z: new Float32Array(n * classes),
    pairs: new Float32Array(up(n, 2) * Math.max(dim, BLOCK)),
    weight: new Float32Array(up(BLOCK, 4) * up(dim, 4)),
    columns: new Float32Array(n * up(dim, 4)),
    slopes: new Float32Array(BLOCK * n),
  };
};

/** Value, and the gradients of hidden, weight and bias into `out`; those that aren't there aren't computed. */
export function linearCrossEntropy({ rows, dim, classes, hidden, weight, bias, labels }, out, room) {
  let value = 0;
  out.bias?.fill(0);
  for (let start = 0; start < rows; start += ROWS) {
    const n = Math.min(ROWS, rows - start);
    const { z, pairs, columns, slopes } = room;
    byRows(hidden, start * dim, dim, n, dim, 2, pairs);
    for (let k = 0; k < classes; k += BLOCK) {
      const some = Math.min(BLOCK, classes - k);
      byRows(weight, k * dim, dim, some, dim, 4, room.weight);
      product(pairs, room.weight, dim, z, k, classes, n, some, false);
    }
    for (let r = 0; r < n; r++) value += softmax(z, r * classes, classes, bias, labels[start + r], 1 / rows);
    if (out.weight) byColumns(hidden, start * dim, dim, n, dim, 4, columns);
    for (let k = 0; k < classes; k += BLOCK) {
      const some = Math.min(BLOCK, classes - k);
      if (out.hidden) {
        byRows(z, k, classes, n, some, 2, pairs);
        byColumns(weight, k * dim, dim, some, dim, 4, room.weight);
        product(pairs, room.weight, some, out.hidden, start * dim, dim, n, dim, k > 0);
      }
      if (out.weight) {
        byColumns(z, k, classes, n, some, 2, slopes);
        product(slopes, columns, n, out.weight, k * dim, dim, some, dim, start > 0);
      }
    }
    if (out.bias) for (let r = 0; r < n; r++) for (let k = 0; k < classes; k++) out.bias[k] += z[r * classes + k];
  }
  return value / rows;
}

/** The loss of a row of scores, which become its gradient. */
function softmax(z, at, classes, bias, label, scale) {
  const end = at + classes;
  let most = -Infinity;
  for (let i = at, k = 0; i < end; i++, k++) {
    const x = z[i] + bias[k];
    z[i] = x;
    if (x > most) most = x;
  }
  const own = z[at + label];
  let sum = 0;
  for (let i = at; i < end; i++) {
    const e = Math.exp(z[i] - most);
    z[i] = e;
    sum += e;
  }
  const factor = scale / sum;
  for (let i = at; i < end; i++) z[i] *= factor;
  z[at + label] -= scale;
  return most + Math.log(sum) - own;
}
