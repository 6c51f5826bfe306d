/** The digits: 1,797 images of 8 × 8 pixels. See data/README.md for where they come from. */
import { existsSync, readFileSync } from 'node:fs';

/** Pixels and classes of an image. */
export const pixels = 64;
export const classes = 10;

/** Images, one row of 64 pixels each, and what they show. */
export interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

/** Random numbers in [0, 1) from a seed, the same on every machine (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normal random number. */
export const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** The numbers from 0 to n − 1 in random order. */
export function shuffled(n: number, next: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The digits in random order: a fifth of them held out for testing. */
export const loadDigits = (seed: number): { train: Digits; test: Digits } =>
  parseDigits(readFileSync(dataFile(), 'utf8'), seed);

/** The same from the text of the file, for where there is no file system. */
export function parseDigits(text: string, seed: number): { train: Digits; test: Digits } {
  const rows = text.trim().split('\n');
  const order = shuffled(rows.length, random(seed));
  const held = Math.floor(rows.length / 5);
  const take = (places: Int32Array): Digits => {
    const images = new Float32Array(places.length * pixels);
    const labels = new Int32Array(places.length);
    places.forEach((place, i) => {
      const numbers = rows[place]!.split(',').map(Number);
      // From 0…16 to −1…1.
      for (let k = 0; k < pixels; k++) images[i * pixels + k] = numbers[k]! / 8 - 1;
      labels[i] = numbers[pixels]!;
    });
    return { images, labels, count: places.length };
  };
  return { train: take(order.subarray(held)), test: take(order.subarray(0, held)) };
}

/** Beside this file, or seen from the bundle in build/demo/. */
function dataFile(): URL {
  const beside = new URL('./data/digits.csv', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../demo/data/digits.csv', import.meta.url);
}
