/** The training itself: the demo's network and Adam on the digits, a step at a time. */
import { allocate } from 'losskit';
import { classes, type Digits, parseDigits, pixels, random, shuffled } from '../../demo/data.ts';
import { Adam, Network } from '../../demo/network.ts';
import { Head } from './head.ts';
import type { Batch, Step } from './losses.ts';
import type { Seen } from './messages.ts';

const hidden = 64;
const rows = 64;
const rate = 0.001;
/** The head's objective is convex, and bears larger steps than the network's. */
const headRate = 5 * rate;

/** A network in training, or a linear head. */
export class Trainer {
  readonly #data: Digits;
  readonly #test: Digits;
  readonly #network: Network;
  readonly #adam: Adam;
  readonly #head = new Head(rows);
  /** What the last step was of. */
  #model: Network | Head;
  readonly #batch: Batch;
  readonly #images = new Float32Array(rows * pixels);
  readonly #next = random(7);
  #order: Int32Array = new Int32Array(0);
  #place = 0;

  constructor(digits: string) {
    const { train, test } = parseDigits(digits, 2026);
    this.#data = train;
    this.#test = test;
    this.#network = new Network(pixels, hidden, classes, Math.max(rows, test.count), this.#next);
    this.#adam = new Adam(this.#network);
    this.#model = this.#network;
    this.#batch = {
      logits: allocate('float32', rows * classes),
      labels: allocate('int32', rows),
      oneHot: allocate('float32', rows * classes),
      logitsGrad: allocate('float32', rows * classes),
      classes,
      weights: this.#network.layers.map((layer) => layer.weight),
      weightGrads: this.#network.layers.map((layer) => layer.weightGrad),
    };
  }

  /** One step; returns the objective before it. */
  step(objective: Step | 'head'): number {
    const { logits, labels, oneHot, logitsGrad } = this.#batch;
    if (this.#place + rows > this.#order.length) {
      this.#order = shuffled(this.#data.count, this.#next);
      this.#place = 0;
    }
    const hot = oneHot.array.fill(0);
    for (let r = 0; r < rows; r++) {
      const from = this.#order[this.#place++]!;
      this.#images.set(this.#data.images.subarray(from * pixels, (from + 1) * pixels), r * pixels);
      const label = this.#data.labels[from]!;
      labels.array[r] = label;
      hot[r * classes + label] = 1;
    }
    this.#model = objective === 'head' ? this.#head : this.#network;
    if (objective === 'head') return this.#head.step(this.#images, labels, headRate);
    this.#network.forward(this.#images, rows, logits.array);
    const value = objective(this.#batch);
    this.#network.backward(logitsGrad.array);
    this.#adam.step(rate);
    return value;
  }

  /** The share of held-out digits read rightly, and some of them, the wrong ones first. */
  look(count: number): { accuracy: number; seen: Seen[] } {
    const { images, labels, count: all } = this.#test;
    const logits = new Float32Array(all * classes);
    this.#model.forward(images, all, logits);
    const seen = Array.from({ length: all }, (_, r): Seen => {
      const row = logits.subarray(r * classes, (r + 1) * classes);
      return {
        image: images.subarray(r * pixels, (r + 1) * pixels),
        label: labels[r]!,
        guess: row.indexOf(Math.max(...row)),
      };
    });
    const wrong = seen.filter(({ label, guess }) => label !== guess);
    const right = seen.filter(({ label, guess }) => label === guess);
    const copied = [...wrong, ...right].slice(0, count).map((one) => ({ ...one, image: one.image.slice() }));
    return { accuracy: right.length / all, seen: copied };
  }
}
