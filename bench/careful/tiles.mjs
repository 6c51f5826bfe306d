/** The two matrix products of NT-Xent in tiles whose 2×4 sums stay in registers; with their six operands they just fit. */

/** One tile of ZZᵀ: rows i and i+1, columns j to j+3. */
export function scores({ rowPanels: p, w, m, width }, i, j) {
  let a = 0,
    b = 0,
    c = 0,
    d = 0,
    e = 0,
    f = 0,
    g = 0,
    h = 0;
  let x = (i - (i & 3)) * width + (i & 3);
  for (let y = j * width, end = y + 4 * width; y < end; x += 4, y += 4) {
    const r = p[x],
      s = p[x + 1];
    const x0 = p[y],
      x1 = p[y + 1],
      x2 = p[y + 2],
      x3 = p[y + 3];
    a += r * x0;
    b += r * x1;
    c += r * x2;
    d += r * x3;
    e += s * x0;
    f += s * x1;
    g += s * x2;
    h += s * x3;
  }
  const at = i * m + j;
  w.set([a, b, c, d], at);
  w.set([e, f, g, h], at + m);
}

/** G += W Z for rows i and i+1, columns k to k+3, over some of W's columns. */
export function product({ w, columnPanels: q, g, m, width }, i, k, from, to) {
  const g0 = i * width + k;
  const g1 = g0 + width;
  let a = g[g0],
    b = g[g0 + 1],
    c = g[g0 + 2],
    d = g[g0 + 3];
  let e = g[g1],
    f = g[g1 + 1],
    h = g[g1 + 2],
    l = g[g1 + 3];
  let at = k * m + 4 * from;
  for (let u = i * m + from, v = u + m, end = i * m + to; u < end; u++, v++, at += 4) {
    const r = w[u],
      s = w[v];
    const x0 = q[at],
      x1 = q[at + 1],
      x2 = q[at + 2],
      x3 = q[at + 3];
    a += r * x0;
    b += r * x1;
    c += r * x2;
    d += r * x3;
    e += s * x0;
    f += s * x1;
    h += s * x2;
    l += s * x3;
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
