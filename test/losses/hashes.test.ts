/** Same input, same bits: this engine against the hashes that all engines and the host reproduce. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as losskit from '../../ts/index.ts';
// @ts-expect-error: a plain module, which also runs in browsers as it is
import { callsOf, hashes } from '../bits/bits.mjs';
import { lines as calls } from '../bits/cases.ts';
import { parameterLines } from '../bits/parameters.ts';

const file = new URL('../bits/hashes.txt', import.meta.url);
/** `npm run bits` sets this, to write the file anew. */
const isWriting = process.env.LOSSKIT_WRITE !== undefined;

it('gives the bits of test/bits/hashes.txt, whichever way the data takes', async () => {
  const { lines, differ } = await hashes(losskit, calls);
  expect(differ).toEqual([]);
  if (isWriting) writeFileSync(file, `${lines.join('\n')}\n`);
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const listed = new Set(callsOf(known));
  const missing = calls.filter((call) => !listed.has(call)).map((call) => call.split(' ')[0]);
  expect([...new Set(missing)], 'test/bits/hashes.txt lacks calls of these losses: npm run bits').toEqual([]);
  const hashed = new Set(known.trim().split('\n'));
  const changed = lines.filter((line: string) => !hashed.has(line));
  expect(changed, 'these hashes changed; if the arithmetic was meant to, `npm run bits` writes them anew').toEqual([]);
  expect(hashed.size, 'test/bits/hashes.txt has calls that are no more: npm run bits').toBe(calls.length);
});

it('has told the host the parameters of the golden vectors', () => {
  const parameters = new URL('../bits/parameters.txt', import.meta.url);
  const text = `${parameterLines().join('\n')}\n`;
  if (isWriting) writeFileSync(parameters, text);
  expect(readFileSync(parameters, 'utf8') === text, 'test/bits/parameters.txt is out of date: npm run bits').toBe(true);
});
