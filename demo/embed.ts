/** An embedding of the digits in the plane, trained with triplets: like digits together, unlike ones apart. */
import { triplet } from 'losskit';
import { type Digits, pixels, random } from './data.ts';
import { Adam, Network } from './network.ts';
import { Progress, scatter } from './terminal.ts';

const hidden = 64;
const dim = 2;
const batch = 128;
const steps = 1000;
const seed = 11;

/** The share of held-out digits whose nearest neighbour shows the same, and the picture, before and after. */
export interface Embedding {
  readonly before: { readonly accuracy: number; readonly picture: string[] };
  readonly after: { readonly accuracy: number; readonly picture: string[] };
}

/** Trains the embedding on the backend that is in use. */
export function embed(data: Digits, test: Digits): Embedding {
  const next = random(seed);
  const network = new Network(pixels, hidden, dim, Math.max(3 * batch, data.count), next);
  const adam = new Adam(network);
  const ofClass = Array.from({ length: 10 }, (_, k) => [...data.labels.keys()].filter((i) => data.labels[i] === k));
  const pick = (digit: number): number => ofClass[digit]![Math.floor(next() * ofClass[digit]!.length)]!;

  const images = new Float32Array(3 * batch * pixels);
  const points = new Float32Array(3 * batch * dim);
  const grads = new Float32Array(3 * batch * dim);
  // Anchors, positives and negatives one after the other: the network sees one batch, the loss three arrays.
  const third = (array: Float32Array, part: number) => array.subarray(part * batch * dim, (part + 1) * batch * dim);
  const out = { anchor: third(grads, 0), positive: third(grads, 1), negative: third(grads, 2) };

  const before = judge(network, data, test);
  const progress = new Progress('triplet');
  for (let step = 0; step < steps; step++) {
    for (let r = 0; r < batch; r++) {
      const digit = Math.floor(next() * 10);
      const other = (digit + 1 + Math.floor(next() * 9)) % 10;
      [pick(digit), pick(digit), pick(other)].forEach((from, part) => {
        images.set(data.images.subarray(from * pixels, (from + 1) * pixels), (part * batch + r) * pixels);
      });
    }
    network.forward(images, 3 * batch, points);
    const { value } = triplet.valueAndGrad(third(points, 0), third(points, 1), third(points, 2), {
      dim,
      margin: 4,
      out,
    });
    for (const layer of network.layers) layer.weightGrad.array.fill(0);
    network.backward(grads);
    adam.step(0.003 * (1 + Math.cos((Math.PI * step) / steps)));
    if ((step + 1) % 50 === 0)
      progress.update((step + 1) / steps, `step ${step + 1} of ${steps}, loss ${value.toFixed(4)}`);
  }
  const after = judge(network, data, test);
  progress.done(`nearest neighbour right for ${percent(before.accuracy)} before, ${percent(after.accuracy)} after`);
  network.free();
  return { before, after };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function judge(network: Network, data: Digits, test: Digits) {
  const place = ({ images, count }: Digits): Float32Array => {
    const points = new Float32Array(count * dim);
    network.forward(images, count, points);
    return points;
  };
  const known = place(data);
  const asked = place(test);
  let right = 0;
  for (let i = 0; i < test.count; i++) {
    let nearest = -1;
    let least = Infinity;
    for (let j = 0; j < data.count; j++) {
      let distance = 0;
      for (let k = 0; k < dim; k++) distance += (asked[i * dim + k]! - known[j * dim + k]!) ** 2;
      if (distance < least) {
        least = distance;
        nearest = j;
      }
    }
    if (data.labels[nearest] === test.labels[i]) right++;
  }
  const marks = Array.from(test.labels, String);
  return { accuracy: right / test.count, picture: scatter(asked, marks, 36, 14) };
}
