/** The fields of a line of text, and the numbers in them. */

/** What parts fields: a character, or any run of spaces. */
export type Separator = ',' | ';' | '\t' | ' ';

/** Commas, semicolons or tabs, and else spaces. */
export const separatorOf = (text: string): Separator =>
  ([',', ';', '\t'] as const).find((mark) => text.includes(mark)) ?? ' ';

/** The first fields of a line, which has no spaces around it: enough to tell a heading by. */
export const firstFields = (text: string, separator: Separator): string[] =>
  text.slice(0, 2 ** 16).split(separator === ' ' ? /\s+/ : separator);

const NUMBER = /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf(inity)?|nan)$/i;

/** The number that a field holds; undefined if it is none. */
export function numberOf(field: string): number | undefined {
  const text = field.trim().replace(/^(["'])(.*)\1$/, '$2');
  const x = Number(text);
  if (text !== '' && !Number.isNaN(x) && NUMBER.test(text)) return x;
  if (/^true$/i.test(text)) return 1;
  if (/^false$/i.test(text)) return 0;
  if (!NUMBER.test(text)) return undefined;
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

const MINUS = 45;
const POINT = 46;
const E = 101;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/**
 * The decimal number between two places, by one rounding: digits that make an exact integer, times or over a power of ten that is
 * exact. Undefined for whatever isn't that plain, which `numberOf` reads.
 */
function plainNumber(text: string, start: number, end: number): number | undefined {
  const isNegative = text.charCodeAt(start) === MINUS;
  let at = isNegative ? start + 1 : start;
  let digits = 0;
  let places = 0;
  let count = 0;
  let code = 0;
  for (let isFraction = false; at < end; at++) {
    code = text.charCodeAt(at);
    if (code === POINT && !isFraction) isFraction = true;
    else if (code >= 48 && code <= 57) {
      digits = 10 * digits + (code - 48);
      count += 1;
      if (isFraction) places += 1;
    } else break;
  }
  if (count === 0 || digits > Number.MAX_SAFE_INTEGER) return undefined;
  let power = -places;
  if (at < end) {
    if ((code | 32) !== E) return undefined;
    const sign = text.charCodeAt(at + 1);
    const first = sign === MINUS || sign === 43 ? at + 2 : at + 1;
    let exponent = 0;
    if (first >= end || end - first > 3) return undefined;
    for (let k = first; k < end; k++) {
      const digit = text.charCodeAt(k) - 48;
      if (!(digit >= 0 && digit <= 9)) return undefined;
      exponent = 10 * exponent + digit;
    }
    power += sign === MINUS ? -exponent : exponent;
  }
  if (power < -22 || power > 22) return undefined;
  const size = power < 0 ? digits / POWERS[-power]! : digits * POWERS[power]!;
  return isNegative ? -size : size;
}

const isSpace = (code: number): boolean => code <= 32 || code === 0xa0;

/** Where the field that starts at a place ends. */
function endOf(text: string, start: number, separator: Separator): number {
  const mark = separator.charCodeAt(0);
  let end = start;
  if (separator === ' ') while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  else while (end < text.length && text.charCodeAt(end) !== mark) end++;
  return end;
}

/** Where the field after one that ends at a place starts. */
function nextOf(text: string, end: number, separator: Separator): number {
  let start = end + 1;
  if (separator === ' ') while (isSpace(text.charCodeAt(start))) start++;
  return start;
}

/** How many fields a line has. */
export function countOf(text: string, separator: Separator): number {
  let count = 1;
  for (let end = endOf(text, 0, separator); end < text.length; count++) {
    end = endOf(text, nextOf(text, end, separator), separator);
  }
  return count;
}

/** Goes over the fields of a line: `take` gets the index of each and its number, undefined if it is none. Returns how many there are. */
export function eachNumber(
  text: string,
  separator: Separator,
  take: (index: number, x: number | undefined, start: number, end: number) => void,
): number {
  let start = 0;
  for (let index = 0; ; index++) {
    const end = endOf(text, start, separator);
    take(index, plainNumber(text, start, end) ?? numberOf(text.slice(start, end)), start, end);
    if (end >= text.length) return index + 1;
    start = nextOf(text, end, separator);
  }
}
