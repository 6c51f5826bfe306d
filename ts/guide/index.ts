/** The table behind `chooseLoss`: for each task what to take as a rule, and what to take instead where a flag is set. */
import { binary, multiclass, multilabel } from './classes.ts';
import { counts, density, quantiles, regression, vae } from './numbers.ts';
import { metric, ranking, retrieval, sequences } from './order.ts';
import { segmentation } from './regions.ts';

/** The rows, by task and flag; `plain` is the row without a flag. Flags come in the order in which they win. */
export const guide = {
  binary,
  multiclass,
  multilabel,
  regression,
  counts,
  quantiles,
  density,
  vae,
  segmentation,
  sequences,
  ranking,
  retrieval,
  metric,
} as const;
