/** Reads the golden vectors of test/vectors: one case a line, `key=value` fields, lists separated by commas. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** One line of a file. */
export interface Case {
  /** File and line, for messages. */
  place: string;
  fields: ReadonlyMap<string, string>;
}

/** A folder of other cases, which may lack losses: the hard ones of `npm run test:exhaustive -- doubles`. */
export const otherCases = process.env.LOSSKIT_VECTORS;

const folder = otherCases === undefined ? new URL('../vectors/', import.meta.url) : pathToFileURL(`${otherCases}/`);

const toNumber = (text: string): number =>
  text === 'inf' ? Infinity : text === '-inf' ? -Infinity : text === 'nan' ? NaN : Number(text);

/** Whether a loss has vectors. */
export const hasVectors = (loss: string): boolean => existsSync(new URL(`${loss}.txt`, folder));

/** The cases of a loss. */
export function cases(loss: string): Case[] {
  const lines = readFileSync(new URL(`${loss}.txt`, folder), 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    if (line === '' || line.startsWith('#')) return [];
    const fields = line.split(' ').map((field): [string, string] => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    });
    return [{ place: `${loss}.txt:${i + 1}`, fields: new Map(fields) }];
  });
}

/** A list of numbers, or undefined if the case doesn't have the field. */
export function list(c: Case, key: string): number[] | undefined {
  const text = c.fields.get(key);
  return text === undefined ? undefined : text === '' ? [] : text.split(',').map(toNumber);
}

/** The options of a case. */
export const options = (c: Case): { [name: string]: unknown } =>
  Object.fromEntries(
    [...c.fields].flatMap(([key, text]) =>
      // Class weights and lengths are lists even of one number.
      key.startsWith('opt.') ? [[key.slice(4), option(text, /^opt\.(classWeight|groups|\w+Lengths)$/.test(key))]] : [],
    ),
  );

/** An option's value: a list, a number, a word or a truth value. */
function option(text: string, vector: boolean): number | number[] | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  if (vector || text.includes(',')) return text.split(',').map(toNumber);
  const number = toNumber(text);
  return Number.isNaN(number) ? text : number;
}

/** The first entry that is out of its tolerance, in words; null if all are within. */
export function mismatch(c: Case, key: string, got: ArrayLike<number>): string | null {
  const want = list(c, key);
  const tolerance = list(c, `${key}.tol`);
  if (want === undefined || tolerance === undefined) return null;
  if (want.length !== got.length) return `${c.place}: ${key} has ${got.length} entries, should have ${want.length}`;
  for (let i = 0; i < want.length; i++) {
    const [w, g, t] = [want[i]!, got[i]!, tolerance[i]!];
    const fine = Number.isFinite(w) ? Math.abs(g - w) <= t : Object.is(g, w);
    if (!fine) return `${c.place} (${c.fields.get('note')}): ${key}[${i}] is ${g}, should be ${w} ± ${t}`;
  }
  return null;
}
