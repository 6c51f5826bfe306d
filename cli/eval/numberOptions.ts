/** Options of `eval` that are numbers, from their text. */
import { existsSync } from 'node:fs';
import { listed } from '../files/paths.ts';
import { type Parsed, usage } from '../lib/args.ts';
import { type AnyLoss, kebab } from '../lib/losses.ts';
import { isPerSample } from './parameters.ts';
import type { Reduction, Request } from './request.ts';

export function widthsOf(values: Parsed['values']): Request['widths'] {
  const widths: { [name: string]: number } = {};
  for (const name of ['classes', 'dim', 'batch']) {
    const n = whole(name, values[name] as string | undefined);
    if (n !== undefined) widths[name] = n;
  }
  return widths;
}

export function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw usage('eval', `--${name} must be a whole number >= 1, got ${text}`);
  return n;
}

export function axisFrom(text: string | undefined): number | null {
  if (text === undefined || text === '-1') return null;
  if (/^[+-]?\d{1,3}$/.test(text)) return Number(text);
  throw usage('eval', `--axis must be a whole number, got ${text}`);
}

export function shapeFrom(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  const lengths = text.split(',').map((word) => (/^\s*(-1|\d+)\s*$/.test(word) ? Number(word) : Number.NaN));
  if (lengths.every(Number.isSafeInteger) && lengths.filter((n) => n === -1).length < 2) return lengths;
  throw usage('eval', `--shape must be lengths, one of which may be -1: 8,21,-1, got ${text}`);
}

export function divisorFrom(text: string | undefined, reduction: Reduction): number | null {
  const divisor = numberFrom('divisor', text, (x) => x > 0, '> 0');
  if (divisor !== null && reduction !== 'mean') throw usage('eval', '--divisor is what a mean divides by');
  return divisor;
}

export function numberFrom(
  name: string,
  text: string | undefined,
  holds: (x: number) => boolean,
  domain: string,
): number | null {
  if (text === undefined) return null;
  const x = text.trim() === '' ? Number.NaN : Number(text);
  if (holds(x) && x < Infinity) return x;
  throw usage('eval', `--${kebab(name)} must be a number ${domain}, got ${text}`);
}

/** Options with one number a sample: files, one for each part, or for a single part the numbers with commas. */
export function lengthsOf(loss: AnyLoss, values: Parsed['values'], parts: number): Request['lengths'] {
  const lengths: { [name: string]: readonly (string | readonly number[])[] } = {};
  for (const [name, { domain }] of Object.entries(loss.info.parameters)) {
    const given = values[name] as readonly string[] | undefined;
    if (given === undefined || !isPerSample(domain)) continue;
    const [one] = given as [string];
    const isNumbers = given.length === 1 && /^\d+(,\d+)*$/.test(one) && !existsSync(one);
    const found = isNumbers ? [one.split(',').map(Number)] : given.flatMap(listed);
    if (found.length !== parts)
      throw usage('eval', `--${kebab(name)} has ${found.length} files for ${parts} of the data`);
    lengths[name] = found;
  }
  return lengths;
}
