/** All losses of the page, each with the function itself. */
import * as losskit from 'losskit';
import { binary } from './binary.ts';
import { categorical, classes } from './classes.ts';
import { counts } from './counts.ts';
import { lists } from './lists.ts';
import { margins } from './margins.ts';
import { metric } from './metric.ts';
import { penalties } from './penalties.ts';
import { probabilistic } from './probabilistic.ts';
import { regions } from './regions.ts';
import { regression } from './regression.ts';
import { robust } from './robust.ts';
import { sequences } from './sequences.ts';
import type { Entry, Knob, Settings } from './types.ts';

export { categorical };

/** The families, in the order of the menu. */
export const families: readonly (readonly [string, readonly Entry[]])[] = [
  ['Regression', [...regression, ...robust]],
  ['Counts and amounts', counts],
  ['Two classes', [...binary, ...margins]],
  ['Several classes', classes],
  ['Distributions', probabilistic],
  ['Embeddings', metric],
  ['Ranking', lists],
  ['Sequences', sequences],
  ['Segmentation', regions],
  ['Penalties', penalties],
];

/** All of them. */
export const entries: readonly Entry[] = families.flatMap(([, list]) => list);

/** The one with this name, or Huber. */
export const entryOf = (name: string | null): Entry =>
  entries.find((entry) => entry.name === name) ?? entries.find((entry) => entry.name === 'huber')!;

/** A loss as the page calls it. */
export interface Callable {
  readonly info: losskit.LossInfo;
  valueAndGrad(...args: readonly unknown[]): { value: unknown; grad: unknown };
  valueGradHess?(...args: readonly unknown[]): { value: unknown; grad: unknown; hess: unknown };
}

/** The function of this name. */
export const lossOf = (name: string): Callable => (losskit as unknown as { [name: string]: Callable })[name]!;

/** The part of the settings that is the loss's options. */
export const optionsOf = (knobs: readonly Knob[], settings: Settings): Settings =>
  Object.fromEntries(knobs.filter(({ input }) => !input).map(({ name, value }) => [name, settings[name] ?? value]));
