/** The numbers that the tests of `losskit eval` use, and the files that hold them. */
import type { Place } from './cli.ts';
import { npy } from './npy.ts';
import { random } from './random.ts';

export const rows = 60;
export const classes = 7;
const { normal, below } = random('cli');
export const logits = Float32Array.from({ length: rows * classes }, normal);
export const labels = Int32Array.from({ length: rows }, () => below(classes));
export const target = Float32Array.from({ length: rows * classes }, normal);
export const weights = Float32Array.from({ length: rows }, (_, i) => i / 8);

/** Writes them all, and the halves of logits and labels. */
export function putFiles(place: Place): void {
  const shape = [rows, classes];
  place.put('logits.npy', npy('<f4', shape, logits));
  place.put('labels.npy', npy('<i8', [rows], labels));
  place.put('target.npy', npy('<f4', shape, target));
  place.put('weights.npy', npy('<f4', [rows], weights));
  const half = (rows / 2) * classes;
  place.put('first.npy', npy('<f4', [rows / 2, classes], logits.subarray(0, half)));
  place.put('second.npy', npy('<f4', [rows / 2, classes], logits.subarray(half)));
  place.put('labels1.npy', npy('<i8', [rows / 2], labels.subarray(0, rows / 2)));
  place.put('labels2.npy', npy('|u1', [rows / 2], labels.subarray(rows / 2)));
}
