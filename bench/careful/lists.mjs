/** Careful JavaScript for the losses of lists, each a row of `width`. */

/** Softmax loss: −Σ y ln softmax(s), the mean over the lists. */
export function rankingSoftmax({ scores, relevance, grad, rows, width }) {
  let value = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * width;
    let most = -Infinity;
    for (let k = start; k < start + width; k++) if (scores[k] > most) most = scores[k];
    let [sum, all, weighted] = [0, 0, 0];
    for (let k = start; k < start + width; k++) {
      const e = Math.exp(scores[k] - most);
      grad[k] = e;
      sum += e;
      all += relevance[k];
      weighted += relevance[k] * (most - scores[k]);
    }
    value += weighted + all * Math.log(sum);
    const factor = all / (sum * rows);
    for (let k = start; k < start + width; k++) grad[k] = grad[k] * factor - relevance[k] / rows;
  }
  return value / rows;
}

let scratch = { order: new Uint32Array(0), sums: new Float64Array(0) };
/** Room for the order of a list, and for sums. */
function scratchFor(width) {
  if (scratch.order.length !== width) scratch = { order: new Uint32Array(width), sums: new Float64Array(width + 1) };
  return scratch;
}

/** The places of a row by falling relevance; the sort of typed arrays is stable. */
function sorted(order, relevance, start) {
  for (let k = 0; k < order.length; k++) order[k] = start + k;
  return order.sort((i, j) => relevance[j] - relevance[i]);
}

/** ListMLE: sums of exponentials from the end, the largest taken out. */
export function listMle({ scores, relevance, grad, rows, width }) {
  const { order, sums } = scratchFor(width);
  let value = 0;
  for (let r = 0; r < rows; r++) {
    sorted(order, relevance, r * width);
    let most = -Infinity;
    for (let k = 0; k < width; k++) if (scores[order[k]] > most) most = scores[order[k]];
    sums[width] = 0;
    for (let k = width - 1; k >= 0; k--) {
      const e = Math.exp(scores[order[k]] - most);
      grad[order[k]] = e;
      sums[k] = sums[k + 1] + e;
      value += Math.log(sums[k]) + most - scores[order[k]];
    }
    let inverses = 0;
    for (let k = 0; k < width; k++) {
      inverses += 1 / sums[k];
      grad[order[k]] = (grad[order[k]] * inverses - 1) / rows;
    }
  }
  return value / rows;
}

/** RankNet: all pairs of a sorted row that differ in relevance. */
export function rankNet({ scores, relevance, grad, rows, width }) {
  const { order } = scratchFor(width);
  let value = 0;
  for (let r = 0; r < rows; r++) {
    sorted(order, relevance, r * width);
    let [loss, pairs] = [0, 0];
    for (let k = r * width; k < (r + 1) * width; k++) grad[k] = 0;
    for (let k = 0, end = 0; k < width; k++) {
      const i = order[k];
      while (end < width && relevance[order[end]] === relevance[i]) end++;
      let pulled = 0;
      for (let l = end; l < width; l++) {
        const d = scores[order[l]] - scores[i];
        const u = Math.exp(-Math.abs(d));
        loss += Math.max(d, 0) + Math.log1p(u);
        const share = (d < 0 ? u : 1) / (1 + u);
        pulled += share;
        grad[order[l]] += share;
      }
      pairs += width - end;
      grad[i] -= pulled;
    }
    if (pairs === 0) continue;
    value += loss / pairs;
    for (let k = r * width; k < (r + 1) * width; k++) grad[k] /= pairs * rows;
  }
  return value / rows;
}
