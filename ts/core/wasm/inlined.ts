/** A family's module, carried as text; `scripts/lib/inline.mjs` says how. */
import type { KernelSource } from '../memory/modules.ts';
import { compileSync } from './start.ts';

/** The module behind a text. */
/* @__NO_SIDE_EFFECTS__ */
export const inlined = (text: string): KernelSource => ({ compile: () => compileSync(bytesOf(text)) });

const digits = 87;
const short = 85;
const turn = 3;

/** The bytes behind a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let value = digit(text.charCodeAt(i));
    if (value >= short) value = short + digits * (value - short) + digit(text.charCodeAt(++i));
    bytes[n++] = value - turn;
  }
  return bytes.subarray(0, n);
}

/** Digits are the characters from ( on; ! and # stand in for the backslash and <. */
const digit = (code: number): number => (code === 33 ? 52 : code === 35 ? 20 : code - 40);
