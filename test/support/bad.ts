/** Values that a parameter refuses, and what an error has to say. */
import { expect } from 'vitest';
import type { ParameterInfo } from '../../ts/index.ts';

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

/** What a parameter refuses, of another kind than what it takes or of the same. */
export function badValues({ good, bad }: ParameterInfo): Bad[] {
  const kinds = new Set(good.map(kindOf));
  return [...bad, 1n, () => 1].map((x) => [x, kinds.has(kindOf(x)) ? RangeError : TypeError]);
}

const kindOf = (x: unknown): string =>
  Array.isArray(x) ? `list of ${x.every((w) => typeof w === 'number') ? 'numbers' : 'others'}` : typeof x;
