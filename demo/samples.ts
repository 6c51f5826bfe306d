/** Resident inputs for a loss, found by the names of its arguments, so that the table needs no list of the losses. */
import { allocate, type LossInfo, type Resident } from 'losskit';
import { normal, random } from './data.ts';

/** A buffer that has to be freed. */
export type Buffer = Resident<'float32' | 'int32'>;

/** The arguments of one call. */
export interface Samples {
  /** What `valueAndGrad` takes, options with `out` included. */
  readonly args: readonly unknown[];
  /** Elements of the first argument. */
  readonly elements: number;
  /** All of the buffers. */
  readonly buffers: readonly Buffer[];
}

/** Makes the arguments on the backend that is in use. */
export function samples(info: LossInfo): Samples {
  const next = random(1);
  const gaussian = () => normal(next);
  const buffers: Buffer[] = [];
  const rowwise = info.shape === 'rowwise';
  // The reference of a loss over the batch compares every pair.
  const [rows, width] = info.shape === 'batch' ? [128, 64] : [128, 256];

  const filled = (fill: () => number, length = rows * width, type: 'float32' | 'int32' = 'float32'): Buffer => {
    const buffer = allocate(type, length);
    for (let i = 0; i < length; i++) buffer.array[i] = fill();
    buffers.push(buffer);
    return buffer;
  };
  const coin = (low: number) => () => (next() < 0.5 ? low : 1);
  const target = (): Buffer => {
    if (info.name === 'contrastive') return filled(coin(0), rows);
    if (info.name === 'elbo') return filled(next);
    if (rowwise) return filled(() => Math.floor(next() * width), rows, 'int32');
    if (info.family !== 'classification') return filled(gaussian);
    return filled(coin(info.name.toLowerCase().includes('hinge') ? -1 : 0));
  };
  const argument = (name: string): Buffer => {
    if (name === 'target' || name === 'labels') return target();
    if (name === 'logp') return filled(() => Math.log((0.5 + next()) / width));
    // Rows of probabilities whose sums are near 1, or probabilities of two classes.
    if (name === 'p' || name === 'q') return filled(() => (rowwise ? (0.5 + next()) / width : 0.01 + 0.98 * next()));
    return filled(gaussian);
  };

  const inputs = info.inputs.map((name) => [name, argument(name)] as const);
  const grads = info.differentiable.map((name) => [name, filled(() => 0)] as const);
  const out = grads.length === 1 ? grads[0]![1] : Object.fromEntries(grads);
  const widths = rowwise ? { batch: rows } : info.shape === 'batch' ? { dim: width } : {};
  // `elbo` takes its arrays by name.
  const args = info.name === 'elbo' ? [Object.fromEntries(inputs)] : inputs.map(([, buffer]) => buffer);
  return { args: [...args, { ...widths, out }], elements: rows * width, buffers };
}
