/** Parameters that leave samples out: labels and targets that mark them. */
import { typeError } from '../base/errors.ts';
import { countOf } from '../base/typed.ts';
import { isListed, nanIfNull, notNumbers, numeric, type Parameter } from './parameters.ts';

/** Labels that mark rows to leave out: one, several, or none (null). */
export type Ignored = number | readonly number[] | null;

/** A label that marks rows to leave out, or a list of them; none by default. */
/* @__NO_SIDE_EFFECTS__ */
export function ignoreLabel(): Parameter<Ignored> {
  const range = 'a whole number from -2147483647 to 2147483647';
  const isLabel = (x: number): boolean => Number.isInteger(x) && Math.abs(x) < 2 ** 31;
  const label = numeric(0, range, isLabel, [], []);
  const check = (fn: string, name: string, x: unknown): Ignored => {
    if (x === null || !isListed(x)) return x === null ? null : label.check(fn, name, x);
    // In one order, so that equal ones are alike.
    const all = new Set<number>();
    for (let i = 0; i < countOf(x); i++) all.add(label.check(fn, `${name}[${i}]`, x[i]));
    const labels = [...all].sort((a, b) => a - b);
    // Nothing to ignore is none; one is quicker than a list of one.
    return labels.length > 1 ? labels : (labels[0] ?? null);
  };
  return {
    default: null,
    domain: `${range}, a list of such, or none`,
    good: [-100, [-100, 255]],
    bad: [1.5, 2 ** 31, [-100, 0.5], ['1'], ...notNumbers()],
    kind: 'number',
    check,
    // Labels of a list become the first of them on their way to the kernel.
    encode: (ignored) => nanIfNull(typeof ignored === 'object' && ignored !== null ? ignored[0]! : ignored),
  };
}

/** A target that marks elements to leave out: any number, NaN too, or none. They get a weight of 0. */
/* @__NO_SIDE_EFFECTS__ */
export function ignoredTarget(): Parameter<number | null> {
  const check = (fn: string, name: string, x: unknown): number | null => {
    if (x !== null && typeof x !== 'number') throw typeError(fn, name, 'a number', x);
    return x;
  };
  return {
    default: null,
    domain: 'any number, NaN too, or none',
    good: [-100],
    bad: ['1', true, [1]],
    kind: 'number',
    check,
    encode: null,
  };
}
