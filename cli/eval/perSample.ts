/** Files with one number a sample: weights and lengths. */
import { InputError } from '../lib/errors.ts';
import { squeezed } from './agree.ts';
import { text } from './axis.ts';
import type { Slot } from './part.ts';
import type { Source } from './source.ts';

/** The weights of samples that are lists, sequences or images: one of each. */
export const weightOfEach = (source: Source, samples: number, what: string): Slot => ({
  name: 'sampleWeight',
  source: checked(source, samples, `weights for ${samples} ${what}s`),
  per: 1,
  role: 'numbers',
});

/** Lengths of samples, one of each. */
export const lengthOfEach = (name: string, source: Source, samples: number): Slot => ({
  name,
  source: checked(source, samples, `${name} for ${samples} sequences`),
  per: 1,
  role: 'lengths',
});

function checked(source: Source, samples: number, what: string): Source {
  const shape = squeezed(source.shape);
  if (source.size === samples && shape.length < 2) return source;
  const got = shape.length < 2 ? String(source.size) : `an array of shape ${text(source.shape)} of`;
  throw new InputError(`${source.path}: ${got} ${what}; give one for each`);
}
