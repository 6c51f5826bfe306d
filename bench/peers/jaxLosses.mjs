/** The losses in jax-js. It owns its arguments: each further use of an array is a `.ref`. */
import { nn, numpy as np } from '@jax-js/jax';

const mean = (x) => np.mean(x);
const rowMean = (x) => np.mean(np.sum(x, -1));
const less = ([pred, target]) => pred.sub(target);
/** ln(1 + e^x), as jax.nn has it */
const softplus = (x) => nn.softplus(x);

/** ln Σ e^z − Σ t z over rows, t one-hot or smoothed */
function crossEntropy([z, labels], { width, options }) {
  const smoothing = options.labelSmoothing ?? 0;
  const target = nn
    .oneHot(labels, width)
    .mul(1 - smoothing)
    .add(smoothing / width);
  const logp = nn.logSoftmax(z, -1);
  return rowMean(target.mul(logp)).neg();
}

/** max(0, 1 − y f) */
const short = ([f, y]) => np.maximum(np.array(1).sub(y.mul(f)), 0);

function focalWithLogits([z, y]) {
  const u = z.mul(y.mul(2).sub(1));
  const minusLog = softplus(u.ref.neg());
  const q = nn.sigmoid(u.neg());
  return mean(np.square(q).mul(minusLog));
}

function huber(args) {
  const d = less(args);
  const c = np.minimum(np.maximum(d.ref, -1), 1);
  return mean(c.ref.mul(d.sub(c.mul(0.5))));
}

function triplet([a, p, n]) {
  const near = np.sum(np.square(a.ref.sub(p)), -1);
  const far = np.sum(np.square(a.sub(n)), -1);
  return mean(np.maximum(near.sub(far).add(1), 0));
}

function normalise(z) {
  const norm = np.sqrt(np.sum(np.square(z.ref), -1, { keepdims: true }));
  return z.div(norm);
}

function ntXent([za, zb], { rows }) {
  const z = normalise(np.concatenate([za, zb], 0));
  const scores = np.matmul(z.ref, np.transpose(z)).mul(2);
  const masked = scores.ref.sub(np.eye(2 * rows).mul(1e9));
  const pairs = np.array(Int32Array.from({ length: 2 * rows }, (_, i) => (i + rows) % (2 * rows)));
  const similar = np.sum(nn.oneHot(pairs, 2 * rows).mul(scores), -1);
  return mean(nn.logsumexp(masked, -1).sub(similar));
}

export const losses = {
  mse: (args) => mean(np.square(less(args))),
  mae: (args) => mean(np.abs(less(args))),
  huber,
  logCosh: (args) => {
    const d = less(args);
    return mean(d.ref.add(softplus(d.mul(-2)))).sub(Math.LN2);
  },
  hinge: (args) => mean(short(args)),
  squaredHinge: (args) => mean(np.square(short(args))),
  binaryCrossEntropy: ([p, y]) =>
    mean(
      y.ref.mul(np.log(p.ref)).add(
        np
          .array(1)
          .sub(y)
          .mul(np.log(np.array(1).sub(p))),
      ),
    ).neg(),
  binaryCrossEntropyWithLogits: ([z, y]) => mean(softplus(z.ref).sub(y.mul(z))),
  binaryFocalWithLogits: focalWithLogits,
  l1: ([theta]) => np.sum(np.abs(theta)),
  l2: ([theta]) => np.sum(np.square(theta)),
  crossEntropy,
  'crossEntropy-smoothed': crossEntropy,
  'klDivergence-logits': ([q, p]) => rowMean(p.ref.mul(np.log(p).sub(nn.logSoftmax(q, -1)))),
  gaussianKl: ([mu, logVar]) => rowMean(np.square(mu).add(np.exp(logVar.ref)).sub(1).sub(logVar)).mul(0.5),
  triplet,
  ntXent,
};
