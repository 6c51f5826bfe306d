/** Which loss for which task. */
import { nearest, rangeError, reading, typeError, unknownOption } from './core/base/errors.ts';
import { recordOf } from './core/base/keys.ts';
import type { LossInfo } from './core/base/types.ts';
import { guide } from './guide/index.ts';

type Guide = typeof guide;

/** What `chooseLoss` has an answer for. */
export type Task = keyof Guide;

type FlagOf<T extends Task> = Exclude<keyof Guide[T], 'plain'>;

/** The question: a task, and what is special about it. */
export type ChooseLossOptions = { [T in Task]: { task: T } & { [F in FlagOf<T>]?: boolean | undefined } }[Task];

/** No flag of another task. */
type OnlyFlagsOf<Q extends ChooseLossOptions> = { [F in Exclude<keyof Q, 'task' | FlagOf<Q['task']>>]: never };

/** The row of the table that a query leads to; several where the types don't know a flag's value. */
type RowOf<Q extends ChooseLossOptions> = Guide[Q['task']] extends infer Rows
  ? Q extends { imbalanced: true }
    ? Rows['imbalanced' & keyof Rows]
    : Q extends { outliers: true }
      ? Rows['outliers' & keyof Rows]
      : Q extends { overconfident: true }
        ? Rows['overconfident' & keyof Rows]
        : Q extends { pairs: true }
          ? Rows['pairs' & keyof Rows]
          : boolean extends Q[Exclude<keyof Q, 'task'>]
            ? Rows[keyof Rows]
            : Rows['plain' & keyof Rows]
  : never;

/** Another loss for the task. */
export interface Alternative {
  /** The loss itself. */
  readonly loss: { readonly info: LossInfo };
  /** Its name, as exported. */
  readonly name: string;
  /** When to prefer it. */
  readonly when: string;
}

/** The answer. */
export interface LossChoice<Q extends ChooseLossOptions = ChooseLossOptions> {
  /** The loss itself. */
  loss: RowOf<Q> extends { readonly loss: infer L } ? L : never;
  /** Its name, as exported. */
  name: string;
  /** Options to call it with. */
  options: RowOf<Q> extends { readonly options: infer O }
    ? { -readonly [K in keyof O]: O[K] extends number ? number : O[K] }
    : never;
  /** The reason. */
  why: string;
  /** What else would do, and when. */
  alternatives: Alternative[];
}

// A function: a constant would keep the whole table, and every loss in it, in bundles that don't use it.
const tasks = (): Task[] => Object.keys(guide) as Task[];

/** Names that the tasks have elsewhere. */
const synonyms: { readonly [name: string]: Task } = {
  classification: 'multiclass',
  categorical: 'multiclass',
  probabilistic: 'density',
  autoencoder: 'vae',
  embedding: 'metric',
  poisson: 'counts',
  frequency: 'counts',
  interval: 'quantiles',
  search: 'retrieval',
  clip: 'retrieval',
  ltr: 'ranking',
  speech: 'sequences',
  ocr: 'sequences',
  ctc: 'sequences',
  masks: 'segmentation',
  pixels: 'segmentation',
};

/**
 * Chooses a loss for a task, with the reason and the alternatives.
 *
 * Tasks and their flags: `binary`, `multiclass` and `multilabel` (`imbalanced`, `overconfident`; the first wins), `segmentation`
 * (`imbalanced`), `regression` (`outliers`), `counts`, `quantiles`, `density`, `vae`, `sequences`, `ranking`, `retrieval`, `metric` (`pairs`).
 *
 * @param query - the task, and what is special about it
 * @returns the loss, its name, options to call it with, why, and alternatives with when to prefer them
 * @throws {RangeError} for a task that isn't there, or a flag that says nothing about the task
 * @example
 * ```ts
 * import { chooseLoss } from 'losskit';
 *
 * const { loss, name, options } = chooseLoss({ task: 'multiclass', overconfident: true });
 * console.log(name, options); // → crossEntropy { labelSmoothing: 0.1 }
 * console.log(loss([[4, 0]], [0], options).toFixed(3)); // → 0.218
 * ```
 */
export function chooseLoss<const Q extends ChooseLossOptions>(query: Q & OnlyFlagsOf<Q>): LossChoice<Q> {
  const { task, ...flags } = checkQuery(query);
  const rows: { readonly [flag: string]: Row } = guide[task];
  for (const flag of Object.keys(flags)) checkFlag(task, flag, flags[flag]);
  // The table's order, not the query's: imbalanced wins.
  const flag = Object.keys(rows).find((name) => flags[name] === true) ?? 'plain';
  const { loss, options, why, alternatives } = rows[flag]!;
  const answer = {
    loss,
    name: loss.info.name,
    options: { ...options },
    why,
    alternatives: alternatives.map((other) => ({ loss: other.loss, name: other.loss.info.name, when: other.when })),
  };
  return answer as unknown as LossChoice<Q>;
}

interface Row {
  readonly loss: { readonly info: LossInfo };
  readonly options: object;
  readonly why: string;
  readonly alternatives: readonly { readonly loss: { readonly info: LossInfo }; readonly when: string }[];
}

function checkQuery(query: unknown): { task: Task; [flag: string]: unknown } {
  if (typeof query !== 'object' || query === null)
    throw typeError('chooseLoss', 'query', 'an object with a task', query);
  const given = reading('chooseLoss', () => recordOf(query as { task: Task }));
  const { task } = given;
  const known = `one of ${tasks()
    .map((name) => `'${name}'`)
    .join(', ')}`;
  if (typeof task !== 'string') throw typeError('chooseLoss', 'task', known, task);
  if (!tasks().includes(task)) {
    const word = String(task)
      .toLowerCase()
      .replace(/[^a-z]/g, '');
    const near = synonyms[word] ?? nearest(word, tasks());
    throw rangeError('chooseLoss', 'task', known, task, near === null ? '' : `did you mean '${near}'?`);
  }
  return given;
}

const flagsOf = (task: Task): string[] => Object.keys(guide[task]).filter((name) => name !== 'plain');

function checkFlag(task: Task, flag: string, value: unknown): void {
  const all = [...new Set(tasks().flatMap(flagsOf))];
  if (!all.includes(flag)) throw unknownOption('chooseLoss', flag, ['task', ...all]);
  if (value !== undefined && typeof value !== 'boolean') throw typeError('chooseLoss', flag, 'a boolean', value);
  if (value === true && !flagsOf(task).includes(flag)) {
    const owners = tasks()
      .filter((name) => flagsOf(name).includes(flag))
      .map((name) => `'${name}'`);
    const fix = `${flag} goes with ${owners.join(', ')}`;
    throw new RangeError(`chooseLoss: ${flag} says nothing about the task '${task}'; ${fix}`);
  }
}
