/** The perplexity, e to the mean negative log-likelihood of a label, where a run computed that. */
import { categorical, entries } from '../../explore/catalogue/index.ts';
import type { Run } from './passes.ts';

/** Options that leave the loss a negative log-likelihood: which labels count, and what the probabilities are. */
const HARMLESS = ['ignoreIndex', 'temperature', 'softcap'];

/** Null where the loss is no negative log-likelihood of labels, or options make it something else. */
export function perplexityOf({ request, parts }: Run, mean: number | null): number | null {
  const { name, parameters } = request.loss.info;
  const isLikelihood = entries.find((entry) => entry.name === name)?.likelihood === categorical;
  const isOfLabels = parts.every(({ slots }) => slots.at(-1)!.role === 'labels');
  const isPlain = Object.entries(request.parameters).every(
    ([option, value]) => HARMLESS.includes(option) || value === parameters[option]!.default,
  );
  return mean !== null && isLikelihood && isOfLabels && isPlain ? Math.exp(mean) : null;
}
