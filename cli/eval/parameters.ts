/** A loss's own parameters, as the command line gives them. */
import type { Inputs } from '../files/inputs.ts';
import { UsageError } from '../lib/errors.ts';
import { type AnyLoss, kebab } from '../lib/losses.ts';
import { openSource } from './source.ts';

/** The words or numbers of a choice; null for other parameters. */
export function choicesOf(domain: string): readonly (string | number)[] | null {
  const list = domain.match(/^one of (.*?)(, or none)?$/)?.[1];
  return list === undefined ? null : (JSON.parse(`[${list}]`) as (string | number)[]);
}

/** How a parameter is typed: `--swap`, `--margin <number>`. */
export function formOf(name: string, { default: fallback, domain }: { default: unknown; domain: string }): string {
  if (typeof fallback === 'boolean') return fallback ? `--no-${kebab(name)}` : `--${kebab(name)}`;
  const choices = choicesOf(domain);
  if (choices !== null) return `--${kebab(name)} ${choices.join('|')}`;
  const form = isPerClass(domain) || isPerSample(domain) ? 'numbers|file' : mayBeList(domain) ? 'numbers' : 'number';
  return `--${kebab(name)} <${form}>`;
}

/** Numbers of classes, which a file may hold. */
const isPerClass = (domain: string): boolean => domain.includes('per class');

/** Numbers of samples, which go with the data. */
export const isPerSample = (domain: string): boolean => domain.includes('per sample');

/** One number, or several with commas. */
const mayBeList = (domain: string): boolean => domain.includes('a list of');

/** The value of one parameter, from its text. */
async function typedValue(inputs: Inputs, loss: AnyLoss, name: string, text: string | boolean): Promise<unknown> {
  const { default: fallback, domain } = loss.info.parameters[name]!;
  if (typeof text === 'boolean') return text;
  if (/^(none|null)$/i.test(text) && fallback === null) return null;
  const choices = choicesOf(domain);
  if (choices !== null) {
    const found = choices.find((choice) => String(choice).toLowerCase() === text.replace(/[-_]/g, '').toLowerCase());
    if (found === undefined) throw bad(name, `one of ${choices.join(', ')}`, text);
    return found;
  }
  const one = Number(text);
  const isNumber = text.trim() !== '' && !Number.isNaN(one);
  if (isNumber) return isPerClass(domain) && !domain.includes('one number') ? [one] : one;
  if (/^nan$/i.test(text) && domain.includes('NaN')) return Number.NaN;
  const isMany = isPerClass(domain) || (mayBeList(domain) && text.includes(','));
  if (!isMany) throw bad(name, `a number, ${domain}`, text);
  const numbers = text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (!numbers.some(Number.isNaN)) return numbers;
  if (isPerClass(domain)) return fileNumbers(inputs, text);
  throw bad(name, `numbers with commas, ${domain}`, text);
}

const bad = (name: string, expected: string, got: string): UsageError =>
  new UsageError(`--${kebab(name)} must be ${expected}, got ${JSON.stringify(got)}`);

/** The numbers in a file: one a class. */
async function fileNumbers(inputs: Inputs, name: string): Promise<number[]> {
  const source = await openSource(inputs, name);
  const into = new Float64Array(source.size);
  source.read(0, into);
  source.close();
  return [...into];
}

/** All parameters that are given. */
export async function parametersOf(
  inputs: Inputs,
  loss: AnyLoss,
  values: { readonly [name: string]: string | boolean | readonly string[] | undefined },
): Promise<{ [name: string]: unknown }> {
  const given: { [name: string]: unknown } = {};
  for (const name of Object.keys(loss.info.parameters)) {
    const text = values[name];
    if (typeof text === 'string' || typeof text === 'boolean') given[name] = await typedValue(inputs, loss, name, text);
  }
  return given;
}
