/**
 * The options that are a loss's own parameters: default, domain in words, and the check, in one place. The makers are marked as
 * free of side effects, so that bundlers can drop the losses that aren't imported.
 */
import { rangeError, typeError } from '../base/errors.ts';

/** A parameter: T is what the formula sees, In what the caller may pass. */
export interface Parameter<T, In = T> {
  readonly default: T;
  readonly domain: string;
  /** 'vector': one number a class, which travels to the kernel as an array. */
  readonly kind: 'number' | 'flag' | 'choice' | 'vector';
  /** The value as the formula and the kernel see it; throws outside the domain. */
  readonly check: (fn: string, name: string, x: unknown) => T;
  /** The number that the kernel gets; not used for vectors. */
  readonly encode: (x: T) => number;
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
  -readonly [K in keyof S]?: S[K] extends Parameter<infer _T, infer In> ? In : never;
};

const nanIfNull = (x: number | null): number => (x === null ? Number.NaN : x);

/* @__NO_SIDE_EFFECTS__ */
function numeric(fallback: number, domain: string, holds: (x: number) => boolean): Parameter<number> {
  const check = (fn: string, name: string, x: unknown): number => {
    if (typeof x !== 'number') throw typeError(fn, name, 'a number', x);
    if (!holds(x)) throw rangeError(fn, name, domain, x);
    return x;
  };
  return { default: fallback, domain, kind: 'number', check, encode: (x) => x };
}

/** Finite and > 0. */
/* @__NO_SIDE_EFFECTS__ */
export const positive = (fallback: number): Parameter<number> =>
  numeric(fallback, 'finite and > 0', (x) => x > 0 && x < Infinity);

/** Finite and ≥ 0. */
/* @__NO_SIDE_EFFECTS__ */
export const nonNegative = (fallback: number): Parameter<number> =>
  numeric(fallback, 'finite and >= 0', (x) => x >= 0 && x < Infinity);

/** In [0, 1]. */
/* @__NO_SIDE_EFFECTS__ */
export const unit = (fallback: number): Parameter<number> => numeric(fallback, 'in [0, 1]', (x) => x >= 0 && x <= 1);

/** In [0, 0.5): a clamp's distance from both ends. */
/* @__NO_SIDE_EFFECTS__ */
export const clamp = (fallback: number): Parameter<number> =>
  numeric(fallback, 'in [0, 0.5)', (x) => x >= 0 && x < 0.5);

/** A boolean. */
/* @__NO_SIDE_EFFECTS__ */
export function flag(fallback: boolean): Parameter<boolean> {
  const check = (fn: string, name: string, x: unknown): boolean => {
    if (typeof x !== 'boolean') throw typeError(fn, name, 'a boolean', x);
    return x;
  };
  return { default: fallback, domain: 'true or false', kind: 'flag', check, encode: Number };
}

/** One of a few words or numbers, the first being the default. The kernel gets a word's index, a number as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function choice<const T extends string | number>(values: readonly [T, ...T[]]): Parameter<T> {
  const domain = `one of ${values.map((v) => JSON.stringify(v)).join(', ')}`;
  const check = (fn: string, name: string, x: unknown): T => {
    if (typeof x !== typeof values[0]) throw typeError(fn, name, domain, x);
    if (!values.includes(x as T)) throw rangeError(fn, name, domain, x);
    return x as T;
  };
  const encode = (x: T): number => (typeof x === 'number' ? x : values.indexOf(x));
  return { default: values[0], domain, kind: 'choice', check, encode };
}

/** The parameter, or nothing (null): the kernel gets NaN for nothing. */
/* @__NO_SIDE_EFFECTS__ */
export function optional<T extends number>(inner: Parameter<T>): Parameter<T | null> {
  const check = (fn: string, name: string, x: unknown): T | null => (x === null ? null : inner.check(fn, name, x));
  return { default: null, domain: `${inner.domain}, or none`, kind: inner.kind, check, encode: nanIfNull };
}

/** A label that marks rows to leave out; none by default. */
/* @__NO_SIDE_EFFECTS__ */
export function ignoreLabel(): Parameter<number | null> {
  return optional(numeric(0, 'an int32 integer', (x) => Number.isInteger(x) && Math.abs(x) < 2 ** 31));
}

/** One number a class. `scalar`: a single number is allowed as well. */
export type PerClass = ArrayLike<number>;

function vectorData(fn: string, name: string, x: unknown): Float64Array {
  const held = (x as { array?: unknown } | null)?.array ?? x;
  if (!Array.isArray(held) && !(ArrayBuffer.isView(held) && !(held instanceof DataView))) {
    throw typeError(fn, name, 'an array of numbers, one per class', x);
  }
  const data = new Float64Array((held as ArrayLike<number>).length);
  for (let k = 0; k < data.length; k++) {
    const w: unknown = (held as ArrayLike<unknown>)[k];
    if (typeof w !== 'number') throw typeError(fn, `${name}[${k}]`, 'a number', w);
    if (!(w >= 0 && w < Infinity)) throw rangeError(fn, `${name}[${k}]`, 'finite and >= 0', w);
    data[k] = w;
  }
  return data;
}

/** One finite number ≥ 0 a class, or nothing. */
/* @__NO_SIDE_EFFECTS__ */
export function classVector(): Parameter<Float64Array | null, PerClass> {
  return {
    default: null,
    domain: 'one finite number >= 0 per class, or none',
    kind: 'vector',
    check: (fn, name, x) => (x === null ? null : vectorData(fn, name, x)),
    encode: () => 0,
  };
}

/** A finite number ≥ 0 or one a class, or nothing: row functions see one a class (the facade repeats a single number). */
/* @__NO_SIDE_EFFECTS__ */
export function classVectorOrNumber(): Parameter<Float64Array | null, number | PerClass> {
  const single = nonNegative(0);
  const check = (fn: string, name: string, x: unknown): Float64Array | null => {
    if (x === null) return null;
    // The driver repeats a single number once it knows the number of classes.
    return typeof x === 'number' ? (single.check(fn, name, x) as unknown as Float64Array) : vectorData(fn, name, x);
  };
  return {
    default: null,
    domain: 'finite and >= 0, one number or one per class, or none',
    kind: 'vector',
    check,
    encode: () => 0,
  };
}

/** A finite number ≥ 0, or one a class: scalar functions see the number of their element's class. */
/* @__NO_SIDE_EFFECTS__ */
export function numberOrPerClass(fallback: number): Parameter<number, number | PerClass> {
  const single = nonNegative(fallback);
  // The formula sees a number: the driver puts in each column's own.
  const check = (fn: string, name: string, x: unknown): number =>
    typeof x === 'number' ? single.check(fn, name, x) : (vectorData(fn, name, x) as unknown as number);
  return {
    default: fallback,
    domain: 'finite and >= 0, one number or one per class',
    kind: 'vector',
    check,
    encode: (x) => x,
  };
}
