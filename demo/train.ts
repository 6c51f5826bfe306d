/** A classifier of the digits: cross-entropy with label smoothing plus an L2 penalty, through `objective`. */
import { allocate, crossEntropy, l2, objective } from 'losskit';
import { classes, type Digits, pixels, random, shuffled } from './data.ts';
import { Adam, Network } from './network.ts';
import { Progress } from './terminal.ts';

const hidden = 64;
const batch = 64;
const epochs = 40;
const seed = 7;

/** What a training came to. */
export interface Training {
  /** The objective at each step. */
  readonly losses: number[];
  /** The share of held-out digits that were read correctly. */
  readonly accuracy: number;
  /** Milliseconds in the loss and its gradients, and in all. */
  readonly lossTime: number;
  readonly time: number;
}

/** Trains on the backend that is in use. */
export function train(data: Digits, test: Digits, label: string): Training {
  const next = random(seed);
  const network = new Network(pixels, hidden, classes, Math.max(batch, test.count), next);
  const adam = new Adam(network);
  const J = objective({ loss: crossEntropy, regularizer: l2, lambda: 1e-4 });

  // Buffers where the kernels read and write, so that a step copies and allocates nothing.
  const logits = allocate('float32', batch * classes);
  const logitsGrad = allocate('float32', batch * classes);
  const labels = allocate('int32', batch);
  const weights = network.layers.map((layer) => layer.weight);
  const out = network.layers.map((layer) => layer.weightGrad);
  const options = { classes, labelSmoothing: 0.1, out: logitsGrad };
  const images = new Float32Array(batch * pixels);

  const progress = new Progress(label);
  const losses: number[] = [];
  const began = performance.now();
  let lossTime = 0;
  const steps = Math.floor(data.count / batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(data.count, next);
    for (let step = 0; step < steps; step++) {
      for (let r = 0; r < batch; r++) {
        const from = order[step * batch + r]!;
        images.set(data.images.subarray(from * pixels, (from + 1) * pixels), r * pixels);
        labels.array[r] = data.labels[from]!;
      }
      network.forward(images, batch, logits.array);

      const before = performance.now();
      const { value } = J.valueAndGrad([logits, labels, options], weights, { out });
      lossTime += performance.now() - before;

      network.backward(logitsGrad.array);
      // The rate falls to nothing along half a cosine.
      const done = (epoch + step / steps) / epochs;
      adam.step(0.002 * (1 + Math.cos(Math.PI * done)));
      losses.push(value);
    }
    const mean = losses.slice(-steps).reduce((sum, value) => sum + value, 0) / steps;
    progress.update((epoch + 1) / epochs, `epoch ${epoch + 1} of ${epochs}, loss ${mean.toFixed(4)}`);
  }
  const time = performance.now() - began;
  const accuracy = accuracyOf(network, test);
  const right = `${(accuracy * 100).toFixed(1)} % of ${test.count} held-out digits right`;
  progress.done(`${right}, ${lossTime.toFixed(0)} of ${time.toFixed(0)} ms in the loss`);

  network.free();
  for (const buffer of [logits, logitsGrad, labels]) buffer.free();
  return { losses, accuracy, lossTime, time };
}

function accuracyOf(network: Network, { images, labels, count }: Digits): number {
  const logits = new Float32Array(count * classes);
  network.forward(images, count, logits);
  let right = 0;
  for (let r = 0; r < count; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[r]) right++;
  }
  return right / count;
}
