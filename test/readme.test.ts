/** The README's table of losses is what the losses say of themselves. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error a script without types
import { lossTable } from '../scripts/lib/loss-table.mjs';
import * as losskit from '../ts/index.ts';

it("README.md's table of losses is current (npm run readme)", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(lossTable(losskit));
});
