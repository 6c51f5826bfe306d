/** Error messages: function, argument, what was expected, what came, and how to mend it. */

/** What came, in words of ours. A proxy of the caller's isn't asked whether it is one. */
class Words {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  static textOf(x: object): string | null {
    return #text in x ? x.#text : null;
  }
}

/** Words for what came, which are shown as they are: a string would be one of the caller's, and quoted. */
export const words = (text: string): unknown => new Words(text);

/** A short picture of a value, safe for anything. */
export function show(x: unknown): string {
  if (typeof x === 'string') return JSON.stringify(short(x));
  if (typeof x === 'bigint') return `${x}n`;
  if (typeof x === 'function') return 'a function';
  if (typeof x === 'symbol') return 'a symbol';
  if (x === null || typeof x !== 'object') return Object.is(x, -0) ? '-0' : String(x);
  const text = Words.textOf(x);
  if (text !== null) return text;
  const name = attempt(() => x.constructor.name);
  const length = attempt(() => (x as { length?: unknown }).length);
  const shown = typeof name === 'string' && name !== '' ? short(name) : 'Object';
  return typeof length === 'number' ? `${shown}(${length})` : `an object (${shown})`;
}

/** What a foreign getter gives; undefined if it throws. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const short = (x: string): string => (x.length > 40 ? `${x.slice(0, 37)}...` : x);

const message = (fn: string, arg: string, expected: string, got: string, fix: string): string =>
  `${fn}: ${arg} must be ${expected}, got ${got}${fix === '' ? '' : `; ${fix}`}`;

/** For the wrong kind of value. */
export function typeError(fn: string, arg: string, expected: string, got: unknown, fix = ''): TypeError {
  return new TypeError(message(fn, arg, expected, show(got), fix));
}

/** For a value, length or shape outside its domain. */
export function rangeError(fn: string, arg: string, expected: string, got: unknown, fix = ''): RangeError {
  return new RangeError(message(fn, arg, expected, show(got), fix));
}

/** For a number that is well, but not in float32. */
export const notInFloat32 = (fn: string, arg: string, domain: string, value: number): RangeError =>
  rangeError(fn, arg, `${domain} in float32`, value, 'give float64 arrays');

/** For what is no number, say, or one that isn't expected: `kind` is what `typeof` says of those that are. */
export const wrong = (fn: string, arg: string, expected: string, got: unknown, kind: string): TypeError | RangeError =>
  (typeof got === kind ? rangeError : typeError)(fn, arg, expected, got);

/** What was thrown says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * The error for what was thrown while `fn` read what it was given. What the caller's own objects throw (disposed, freed, on the GPU, a
 * revoked proxy, a getter) becomes an error of ours, which names the function; our own stay as they are.
 */
export function readError(fn: string, cause: unknown, what = ''): unknown {
  const said = messageOf(cause);
  if (said.startsWith(`${fn}: `)) return cause;
  const ErrorClass = cause instanceof RangeError ? RangeError : TypeError;
  return new ErrorClass(`${fn}: ${what}${said}`, { cause });
}

/** What `read` gives of the caller's own objects; what they throw becomes an error of ours. */
export function reading<T>(fn: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readError(fn, error);
  }
}

/** For an option that isn't there: says why, or names the near one. */
export function unknownOption(fn: string, name: string, known: readonly string[], why?: string): TypeError {
  if (why !== undefined) return new TypeError(`${fn}: unknown option \`${name}\`; ${why}`);
  const near = nearest(name, known);
  const alike = near === null ? containing(name, known) : [near];
  const hint = alike.length === 0 ? `it has ${known.join(', ')}` : `did you mean ${alike.map(quoted).join(' or ')}?`;
  return new TypeError(`${fn}: unknown option \`${name}\`; ${hint}`);
}

const quoted = (name: string): string => `\`${name}\``;

/** The known names that a short name is a part of, or the other way round: `weight` may be `sampleWeight` or `classWeight`. What goes before a dot is left out. */
function containing(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase().replace(/.*\.|[^a-z]|s$/g, '');
  if (wanted.length < 3) return [];
  return known.filter((candidate) => {
    const word = candidate.toLowerCase().replace(/.*\./, '');
    return word.includes(wanted) || (word.length > 2 && wanted.includes(word));
  });
}

/** The known name within a third of its length in edits, or null. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** Edits between two words, a swap of neighbours being one. */
function distance(a: string, b: string): number {
  if (a.length > 64) return 64;
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, rows[i - 2]![j - 2]! + 1);
      row.push(d);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
