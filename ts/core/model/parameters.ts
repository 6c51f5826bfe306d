/**
 * The options that are a loss's own parameters: default, domain in words, and the check, in one place. The makers are marked as
 * free of side effects, so that bundlers can drop the losses that aren't imported.
 */
import { notInFloat32, rangeError, typeError, wrong } from '../base/errors.ts';
import { kindOf, type Numbers } from '../base/typed.ts';

/** A parameter: T is what the formula sees, In what the caller may pass. */
export interface Parameter<T, In = T> {
  readonly default: T;
  readonly domain: string;
  /** Values to try, the first of them first; a list is for four classes. */
  readonly good: readonly unknown[];
  /** Values that `check`, or the number of classes, refuses. */
  readonly bad: readonly unknown[];
  /**
   * 'vector': one number a class, which travels to the kernel as an array. 'lengths': one number a sample, which goes with the data.
   */
  readonly kind: 'number' | 'flag' | 'choice' | 'vector' | 'lengths';
  /** The value as the formula and the kernel see it; throws outside the domain. A vector comes as an array or a typed array. */
  readonly check: (fn: string, name: string, x: unknown) => T;
  /** Throws for a number, or one of a vector, that is in the domain but not as a float32; only where kernels compute with it. */
  readonly checkSingle?: ((fn: string, name: string, x: unknown) => void) | undefined;
  /** The number that the kernel gets; null where it gets none: vectors, which travel as arrays, and what makes weights. */
  readonly encode: ((x: T) => number) | null;
  /** Only for the types. */
  readonly input?: In;
}

/** The parameters of a loss by name, in the order of its kernel. */
// biome-ignore lint/suspicious/noExplicitAny: each parameter has its own type
export type Parameters = { readonly [name: string]: Parameter<any, any> };

/** What the formulas see. */
export type Resolved<S extends Parameters> = {
  readonly [K in keyof S]: S[K] extends Parameter<infer T, infer _In> ? T : never;
};

/** What the caller may pass. */
export type OptionsOf<S extends Parameters> = {
  -readonly [K in keyof S]?: S[K] extends Parameter<infer _T, infer In> ? In | undefined : never;
};

/** Finite and ≥ 0. */
export const isNonNegative = (x: number): boolean => x >= 0 && x < Infinity;

/** NaN for nothing, as kernels get it. */
export const nanIfNull = (x: number | null): number => (x === null ? Number.NaN : x);

/** What no number of a loss may be; null is nothing, which an optional one may. */
export const notNumbers = (): readonly unknown[] => [Number.NaN, Infinity, -Infinity, '1', true];

/** The check of numbers that are rounded to float32. */
export const inSingle =
  (domain: string, holds: (x: number) => boolean) =>
  (fn: string, name: string, x: unknown): void => {
    if (typeof x === 'number' && !holds(Math.fround(x))) throw notInFloat32(fn, name, domain, x);
    if (!(x instanceof Float64Array)) return;
    const place = x.findIndex((y) => !holds(Math.fround(y)));
    if (place >= 0) throw notInFloat32(fn, `${name}[${place}]`, 'finite and >= 0', x[place]!);
  };

/** A number of a domain, in words and as a test. */
/* @__NO_SIDE_EFFECTS__ */
export function numeric(
  fallback: number,
  domain: string,
  holds: (x: number) => boolean,
  good: readonly number[],
  bad: readonly number[],
): Parameter<number> {
  const check = (fn: string, name: string, x: unknown): number => {
    if (typeof x !== 'number') throw typeError(fn, name, 'a number', x);
    if (!holds(x)) throw rangeError(fn, name, domain, x);
    return x;
  };
  return {
    default: fallback,
    domain,
    good,
    bad: [...bad, ...notNumbers(), null],
    kind: 'number',
    check,
    checkSingle: inSingle(domain, holds),
    encode: (x) => x,
  };
}

/** Finite and > 0; `good` are values to try. */
/* @__NO_SIDE_EFFECTS__ */
export const positive = (fallback: number, good: readonly number[] = [0.4, 2.5]): Parameter<number> =>
  numeric(fallback, 'finite and > 0', (x) => x > 0 && x < Infinity, good, [0, -0, -1]);

/** What products are divided by: > 0, and so large that dividing 1 by it doesn't overflow. */
/* @__NO_SIDE_EFFECTS__ */
export function divider(fallback: number): Parameter<number> {
  const own = positive(fallback, [0.4, 40]);
  const check = (fn: string, name: string, x: unknown): number => {
    const divisor = own.check(fn, name, x);
    if (1 / divisor < Infinity) return divisor;
    throw rangeError(fn, name, 'at least 5.57e-309, below which its reciprocal overflows', x, 'scale it up');
  };
  return { ...own, bad: [...own.bad, 1e-309], check };
}

/** Finite and ≥ 0; `good` are values to try. */
/* @__NO_SIDE_EFFECTS__ */
export const nonNegative = (fallback: number, good: readonly number[] = [0.7, 0]): Parameter<number> =>
  numeric(fallback, 'finite and >= 0', isNonNegative, good, [-1e-300, -1]);

/** A whole number ≥ 0, which kernels take as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function whole(fallback: number, good: readonly number[]): Parameter<number> {
  const isWhole = (x: number): boolean => Number.isInteger(x) && x >= 0 && x < 2 ** 31;
  return { ...numeric(fallback, 'a whole number >= 0', isWhole, good, [-1, 1.5, 2 ** 31]), checkSingle: undefined };
}

/** Any finite number; `good` are values to try. */
/* @__NO_SIDE_EFFECTS__ */
export const finite = (fallback: number, good: readonly number[] = [0.7, -2]): Parameter<number> =>
  numeric(fallback, 'finite', Number.isFinite, good, []);

/** In an interval as it is written: `within(0.5, '(0, 1)')`, where a round bracket leaves the end out. */
/* @__NO_SIDE_EFFECTS__ */
export function within(fallback: number, interval: `${'[' | '('}${number}, ${number}${']' | ')'}`): Parameter<number> {
  const [low, high] = interval.slice(1, -1).split(', ').map(Number) as [number, number];
  const [hasLow, hasHigh] = [interval.startsWith('['), interval.endsWith(']')];
  const holds = (x: number): boolean => (x > low || (hasLow && x === low)) && (x < high || (hasHigh && x === high));
  const ends = [hasHigh, hasLow].map((has, i) => ({ has, end: i === 0 ? high : low }));
  const good = [low + 0.3 * (high - low), ...ends.flatMap(({ has, end }) => (has ? [end] : []))];
  const bad = [low - 1e-9, high + 1e-9, ...ends.flatMap(({ has, end }) => (has ? [] : [end]))];
  return numeric(fallback, `in ${interval}`, holds, good, bad);
}

/** A boolean. */
/* @__NO_SIDE_EFFECTS__ */
export function flag(fallback: boolean): Parameter<boolean> {
  const check = (fn: string, name: string, x: unknown): boolean => {
    if (typeof x !== 'boolean') throw typeError(fn, name, 'a boolean', x);
    return x;
  };
  const [good, bad] = [
    [!fallback, fallback],
    [0, 1, 'true', null],
  ];
  return { default: fallback, domain: 'true or false', good, bad, kind: 'flag', check, encode: Number };
}

/** One of a few words or numbers, the first being the default. The kernel gets a word's index, a number as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function choice<const T extends string | number>(values: readonly [T, ...T[]]): Parameter<T> {
  const domain = `one of ${values.map((v) => JSON.stringify(v)).join(', ')}`;
  const check = (fn: string, name: string, x: unknown): T => {
    if (values.includes(x as T)) return x as T;
    throw wrong(fn, name, domain, x, typeof values[0]);
  };
  const encode = (x: T): number => (typeof x === 'number' ? x : values.indexOf(x));
  const others = typeof values[0] === 'number' ? [3, 1.5, Number.NaN, '1'] : ['nonsense', '', 0];
  const [good, bad] = [values.slice(1), [...others, true, null]];
  return { default: values[0], domain, good, bad, kind: 'choice', check, encode };
}

/** The parameter, or nothing (null): the kernel gets NaN for nothing. */
/* @__NO_SIDE_EFFECTS__ */
export function optional<T extends number>(inner: Parameter<T>): Parameter<T | null> {
  const check = (fn: string, name: string, x: unknown): T | null => (x === null ? null : inner.check(fn, name, x));
  const { good, kind } = inner;
  const bad = inner.bad.filter((x) => x !== null);
  const { checkSingle } = inner;
  return { default: null, domain: `${inner.domain}, or none`, good, bad, kind, check, checkSingle, encode: nanIfNull };
}

/** Whether something is a list of numbers, by its kind. */
export const isListed = (x: unknown): x is Numbers => Array.isArray(x) || kindOf(x) !== undefined;
