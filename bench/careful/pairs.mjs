/** Careful JavaScript for embeddings: a row's distances first, its gradients while the row is still in the cache. */
import { compile, loop, variant } from './unroll.mjs';

const ROW = 'const start = r * width; const end = start + width;';
const TRIPLET = 'anchor, positive, negative, gradAnchor, gradPositive, gradNegative, rows, width';

/** max(0, |a−p|² − |a−n|² + 1), gradients 2(n−p), 2(p−a), 2(a−n) */
export const triplet = compile(
  TRIPLET,
  `const scale = 2 / rows;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    ${ROW}
    ${loop(
      'start',
      'end',
      ['near', 'far'],
      `const a = anchor[i];
       const dp = a - positive[i];
       const dn = a - negative[i];
       near += dp * dp;
       far += dn * dn;`,
      4,
    )}
    const loss = near - far + 1;
    total += Math.max(loss, 0);
    const factor = loss > 0 ? scale : 0;
    ${loop(
      'start',
      'end',
      [],
      `const x = anchor[i];
       const p = positive[i];
       const q = negative[i];
       gradAnchor[i] = (q - p) * factor;
       gradPositive[i] = (p - x) * factor;
       gradNegative[i] = (x - q) * factor;`,
      4,
    )}
  }
  return total / rows;`,
);

/** The same with 1 − cos as distance */
export const tripletCosine = variant(
  { options: { distance: 'cosine' } },
  compile(
    TRIPLET,
    `const scale = 1 / rows;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    ${ROW}
    ${loop(
      'start',
      'end',
      ['aa', 'pp', 'nn', 'ap', 'an'],
      `const a = anchor[i];
       const p = positive[i];
       const q = negative[i];
       aa += a * a;
       pp += p * p;
       nn += q * q;
       ap += a * p;
       an += a * q;`,
      2,
    )}
    const toP = 1 / Math.sqrt(aa * pp);
    const toN = 1 / Math.sqrt(aa * nn);
    const cosP = ap * toP;
    const cosN = an * toN;
    const loss = cosN - cosP + 1;
    total += Math.max(loss, 0);
    const on = loss > 0 ? scale : 0;
    const [p1, n1, own] = [toP * on, toN * on, ((cosN - cosP) / aa) * on];
    const [p2, n2] = [(cosP / pp) * on, (cosN / nn) * on];
    ${loop(
      'start',
      'end',
      [],
      `const x = anchor[i];
       const y = positive[i];
       const z = negative[i];
       gradAnchor[i] = z * n1 - y * p1 - x * own;
       gradPositive[i] = y * p2 - x * p1;
       gradNegative[i] = x * n1 - z * n2;`,
      4,
    )}
  }
  return total / rows;`,
  ),
);

/** y d² + (1−y) max(0, 1 − d)² with d = |z1−z2| */
export const contrastive = compile(
  'z1, z2, target: y, gradZ1, gradZ2, rows, width',
  `const scale = 2 / rows;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    ${ROW}
    ${loop('start', 'end', ['square'], 'const e = z1[i] - z2[i]; square += e * e;')}
    const distance = Math.sqrt(square);
    const short = Math.max(0, 1 - distance);
    total += y[r] * square + (1 - y[r]) * short * short;
    const factor = scale * (y[r] - (distance > 0 ? ((1 - y[r]) * short) / distance : 0));
    ${loop('start', 'end', [], 'const g = (z1[i] - z2[i]) * factor; gradZ1[i] = g; gradZ2[i] = -g;', 4)}
  }
  return total / rows;`,
);

/** 1 − cos for 1, max(0, cos) for −1 */
export const cosineEmbedding = compile(
  'z1, z2, target, gradZ1, gradZ2, rows, width',
  `const scale = 1 / rows;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    ${ROW}
    ${loop(
      'start',
      'end',
      ['aa', 'bb', 'ab'],
      `const a = z1[i];
       const b = z2[i];
       aa += a * a;
       bb += b * b;
       ab += a * b;`,
      2,
    )}
    const both = 1 / Math.sqrt(aa * bb);
    const cos = ab * both;
    const y = target[r];
    const loss = y > 0 ? 1 - cos : Math.max(0, cos);
    total += loss;
    const factor = y > 0 || loss > 0 ? -y * scale : 0;
    const [cross, own1, own2] = [both * factor, (cos / aa) * factor, (cos / bb) * factor];
    ${loop(
      'start',
      'end',
      [],
      `const a = z1[i];
       const b = z2[i];
       gradZ1[i] = cross * b - own1 * a;
       gradZ2[i] = cross * a - own2 * b;`,
      4,
    )}
  }
  return total / rows;`,
);
