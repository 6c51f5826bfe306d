/** A family's module, carried as text; `scripts/lib/inline.mjs` says how. */
import type { KernelSource } from '../../memory/modules.ts';
import { compileSync } from '../start.ts';

/** The module behind a text. */
/* @__NO_SIDE_EFFECTS__ */
export const inlined = (text: string): KernelSource => ({
  compile: () => compileSync(bytesOf(text)),
  bytes: () => bytesOf(text),
});

const first = 40;
const digits = 87;
const short = 85;
const turn = 3;

/** The bytes behind a text. It runs once, before an engine has made anything fast: so no calls but for the seldom. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let value = text.charCodeAt(i) - first;
    if (value < 0) value = standIn(value);
    if (value >= short) {
      let low = text.charCodeAt(++i) - first;
      if (low < 0) low = standIn(low);
      value = short + digits * (value - short) + low;
    }
    bytes[n++] = value - turn;
  }
  return bytes.subarray(0, n);
}

/** What ! and # stand for: a backslash and <. */
const standIn = (value: number): number => (value === 33 - first ? 92 - first : 60 - first);
