/** Same input, same bits: this engine against the hashes that all engines and the host reproduce. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as losskit from '../ts/index.ts';
// @ts-expect-error: a plain module, which also runs in browsers as it is
import { hashes } from './bits/bits.mjs';

it('gives the bits of test/bits/hashes.txt, whichever way the data takes', async () => {
  const { lines, differ } = await hashes(losskit);
  expect(differ).toEqual([]);
  const known = readFileSync(new URL('bits/hashes.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const changed = lines.filter((line: string, i: number) => line !== known[i]);
  expect(changed, 'these hashes changed; if the arithmetic was meant to, `npm run bits` writes them anew').toEqual([]);
  expect(lines.length).toBe(known.length);
});
