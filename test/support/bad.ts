/** Values that a parameter's domain leaves out, and what an error has to say. */
import { expect } from 'vitest';

export type ErrorClass = typeof TypeError | typeof RangeError;
export type Bad = [unknown, ErrorClass];

/** The error of a call; its class and the parts of its message are checked. */
export function fails(call: () => unknown, kind: ErrorClass, ...parts: string[]): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `should be a ${kind.name}: ${parts.join(' ')}`).toBeInstanceOf(kind);
  const { message } = thrown as Error;
  for (const part of parts) expect(message).toContain(part);
}

/** What a parameter of a domain refuses. */
export function badValues(domain: string): Bad[] {
  const range = (...values: unknown[]): Bad[] => values.map((x) => [x, RangeError]);
  const type = (...values: unknown[]): Bad[] => values.map((x) => [x, TypeError]);
  const numbers = [...range(Number.NaN, Infinity, -Infinity), ...type('1', true, 1n, () => 1)];
  if (domain.includes('per class')) {
    const lists = [
      ...range([1, -1, 1, 1], [1, Number.NaN, 1, 1], [1, Infinity, 1, 1], [1, 1], []),
      ...type('1', ['1', 1, 1, 1]),
    ];
    return domain.includes('one number')
      ? [...lists, ...range(-0.1, Number.NaN, Infinity)]
      : [...lists, ...type(1, true)];
  }
  if (domain.startsWith('one of "')) return [...range('nonsense', ''), ...type(0, true, null)];
  if (domain.startsWith('one of ')) return [...range(3, 1.5, Number.NaN), ...type('1', true, null)];
  if (domain === 'true or false') return type(0, 1, 'true', null);
  const list = domain.includes('or none') ? numbers : [...numbers, ...type(null)];
  if (domain.startsWith('an int32 integer')) return [...list, ...range(1.5, 2 ** 31)];
  if (domain.startsWith('in [0, 1]')) return [...list, ...range(-1e-9, 1.001)];
  if (domain.startsWith('in [0, 0.5)')) return [...list, ...range(-1e-9, 0.5)];
  if (domain.startsWith('finite and > 0')) return [...list, ...range(0, -0, -1)];
  if (domain.startsWith('finite and >= 0')) return [...list, ...range(-1e-300, -1)];
  throw new Error(`nothing is known to be outside ${domain}`);
}
