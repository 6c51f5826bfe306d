/**
 * Careful JavaScript for ctc: logarithms of probabilities in two typed arrays, kept from call to call, and no logarithm of a sum where one of
 * its terms is all of it.
 */

let scratch = new Float64Array(0);
/** Room for the forward logarithms of all steps, and the logarithms of all p. */
function roomFor(length) {
  if (scratch.length < length) scratch = new Float64Array(length);
  return scratch;
}

/** ln(eᵃ + eᵇ) */
function logAdd(a, b) {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** Log-softmax of a step, into `logs` from place `at` on. */
function logSoftmax(logits, from, classes, logs, at) {
  let most = -Infinity;
  for (let k = 0; k < classes; k++) if (logits[from + k] > most) most = logits[from + k];
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(logits[from + k] - most);
  const norm = most + Math.log(sum);
  for (let k = 0; k < classes; k++) logs[at + k] = logits[from + k] - norm;
}

/** −ln of the sum of the paths of one sequence; writes its gradient. */
function sequence(logits, labels, grad, i, steps, classes, count, blank, scale) {
  const n = 2 * count + 1;
  const logs = roomFor(steps * (n + classes) + 2 * n);
  const alpha = steps * classes;
  const state = (s) => (s & 1 ? labels[i * count + (s >> 1)] : blank);
  const skips = (s) => s & 1 && s > 1 && state(s) !== state(s - 2);
  for (let t = 0; t < steps; t++) {
    logSoftmax(logits, (i * steps + t) * classes, classes, logs, t * classes);
    for (let s = 0; s < n; s++) {
      let sum = t === 0 ? (s < 2 ? 0 : -Infinity) : logs[alpha + (t - 1) * n + s];
      if (t > 0 && s > 0) sum = logAdd(sum, logs[alpha + (t - 1) * n + s - 1]);
      if (t > 0 && skips(s)) sum = logAdd(sum, logs[alpha + (t - 1) * n + s - 2]);
      logs[alpha + t * n + s] = sum + logs[t * classes + state(s)];
    }
  }
  const end = alpha + steps * n;
  const total = n > 1 ? logAdd(logs[end - 1], logs[end - 2]) : logs[end - 1];
  // What follows each state, in two rows that take turns.
  let [beta, next] = [end, end + n];
  for (let s = 0; s < n; s++) logs[beta + s] = s < n - 2 ? -Infinity : 0;
  for (let t = steps - 1; t >= 0; t--) {
    const out = (i * steps + t) * classes;
    for (let k = 0; k < classes; k++) grad[out + k] = scale * Math.exp(logs[t * classes + k]);
    for (let s = 0; s < n; s++) {
      grad[out + state(s)] -= scale * Math.exp(logs[alpha + t * n + s] + logs[beta + s] - total);
      logs[beta + s] += logs[t * classes + state(s)];
    }
    for (let s = 0; s < n; s++) {
      let sum = logs[beta + s];
      if (s + 1 < n) sum = logAdd(sum, logs[beta + s + 1]);
      if (s + 2 < n && skips(s + 2)) sum = logAdd(sum, logs[beta + s + 2]);
      logs[next + s] = sum;
    }
    [beta, next] = [next, beta];
  }
  return -total;
}

/** Connectionist temporal classification, the mean over the sequences. */
export function ctc({ logits, labels, grad, rows, steps, width, blank = 0 }) {
  const count = labels.length / rows;
  let value = 0;
  for (let i = 0; i < rows; i++) {
    value += sequence(logits, labels, grad, i, steps, width, count, blank, 1 / rows);
  }
  return value / rows;
}
