/** What the README and the pages in docs/ say of the losses is what these say of themselves. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error a script without types
import { generated, renewed } from '../../scripts/lib/loss-table.mjs';
import * as losskit from '../../ts/index.ts';

it.each(Object.entries(generated as object))('%s is current (npm run readme)', (file, parts) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  expect(text).toBe(renewed(text, parts, losskit));
});
