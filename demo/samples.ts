/** Resident inputs for a loss, made from what it says of its arguments. */
import { allocate, type Domain, type InputInfo, type LossInfo, type Resident } from 'losskit';
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
  const buffers: Buffer[] = [];
  const inRows = info.shape === 'rowwise';
  // The reference of a loss over the batch compares every pair.
  const [rows, width] = info.shape === 'batch' ? [128, 64] : [128, 256];

  const filled = (fill: () => number, length = rows * width, type: 'float32' | 'int32' = 'float32'): Buffer => {
    const buffer = allocate(type, length);
    for (let i = 0; i < length; i++) buffer.array[i] = fill();
    buffers.push(buffer);
    return buffer;
  };
  const argument = ({ name, domain, per }: InputInfo): Buffer =>
    domain === 'labels' || domain === 'classes'
      ? filled(() => Math.floor(next() * width), rows, 'int32')
      : filled(() => entry(name, domain, next, inRows ? width : 1), per === 'row' ? rows : rows * width);

  const inputs = info.inputs.map((input) => [input.name, argument(input)] as const);
  const grads = info.differentiable.map((name) => [name, filled(() => 0)] as const);
  const out = grads.length === 1 ? grads[0]![1] : Object.fromEntries(grads);
  const widths = inRows ? { batch: rows } : info.shape === 'batch' ? { dim: width } : {};
  const args = info.byName ? [Object.fromEntries(inputs)] : inputs.map(([, buffer]) => buffer);
  return { args: [...args, { ...widths, out }], elements: rows * width, buffers };
}

/** A number of a domain. Probabilities of one of `classes` classes add up to about 1. */
function entry(name: string, domain: Domain, next: () => number, classes: number): number {
  const share = classes > 1 ? (0.5 + next()) / classes : 0.01 + 0.98 * next();
  switch (domain) {
    case 'unit':
      return share;
    case 'binary':
      return next() < 0.5 ? 0 : 1;
    case 'sign':
      return next() < 0.5 ? -1 : 1;
    case 'nonNegative':
    case 'positive':
      return 0.01 + Math.abs(normal(next));
    case 'real':
      return name === 'logp' ? Math.log(share) : normal(next);
  }
}
