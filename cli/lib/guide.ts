/** When to use which loss: what the page says of it, and the answers of `chooseLoss`, turned round. */
import { type ChooseLossOptions, chooseLoss, type LossChoice, type Task } from 'losskit';
import { entries } from '../../explore/catalogue/index.ts';

/** The flags of a task. */
type FlagOf<T extends Task> = Exclude<keyof Extract<ChooseLossOptions, { task: T }>, 'task'>;

interface TaskText<T extends Task> {
  readonly text: string;
  readonly flags: { readonly [F in FlagOf<T>]: string };
}

const imbalanced = 'some classes are much rarer than others';
const overconfident = 'the model is surer than it should be';

/** What `chooseLoss` may be asked, in words. */
export const tasks: { readonly [T in Task]: TaskText<T> } = {
  binary: { text: 'two classes', flags: { imbalanced, overconfident } },
  multiclass: { text: 'several classes, one right', flags: { imbalanced, overconfident } },
  multilabel: { text: 'several labels at once', flags: { imbalanced, overconfident } },
  segmentation: { text: 'a class for each pixel', flags: { imbalanced } },
  regression: { text: 'a number', flags: { outliers: 'some targets are far off' } },
  counts: { text: 'counts, or amounts >= 0', flags: {} },
  quantiles: { text: 'a bound that a share of the targets keeps below', flags: {} },
  density: { text: 'a distribution of the output', flags: {} },
  vae: { text: 'latent variables', flags: {} },
  sequences: { text: 'labels in order, at unknown steps', flags: {} },
  ranking: { text: 'the order of a list of candidates', flags: {} },
  retrieval: { text: 'which of many answers belongs to a query', flags: {} },
  metric: { text: 'embeddings', flags: { pairs: 'there are two views of each sample' } },
};

/** The answer to a task and flags; throws what `chooseLoss` throws. */
export const answer = (task: string, flags: { readonly [flag: string]: unknown } = {}): LossChoice =>
  chooseLoss({ task, ...flags } as never) as unknown as LossChoice;

/** A task that a loss is the answer to, or an alternative. */
export interface Use {
  /** 'multiclass, imbalanced'. */
  readonly task: string;
  readonly text: string;
}

/** What is known of when to take a loss. */
export interface Advice {
  readonly when: string;
  readonly not: string;
  /** The likelihood that it comes from, or why there is none. */
  readonly likelihood: string;
  readonly uses: readonly Use[];
}

/** When to take a loss, and when not. */
export function adviceOn(loss: string): Advice {
  const { when, not, likelihood } = entries.find(({ name }) => name === loss)!;
  return { when, not, likelihood: likelihood[0], uses: usesOf(loss) };
}

function usesOf(loss: string): Use[] {
  const uses: Use[] = [];
  for (const [task, { flags }] of Object.entries(tasks)) {
    for (const flag of [null, ...Object.keys(flags)]) {
      const { name, why, alternatives } = answer(task, flag === null ? {} : { [flag]: true });
      const label = flag === null ? task : `${task}, ${flag}`;
      if (name === loss) uses.push({ task: label, text: why });
      for (const other of alternatives) if (other.name === loss) uses.push({ task: label, text: `If ${other.when}.` });
    }
  }
  return uses;
}
