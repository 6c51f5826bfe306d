/** The package as consumers get it, packed and installed; the cases that need nothing but node_modules. `npm run test:packaging` runs all. */
import { afterAll, beforeAll, describe, it } from 'vitest';
// @ts-expect-error a script without types
import { fastCases } from '../packaging/cases.mjs';
// @ts-expect-error a script without types
import { prepare } from '../packaging/support.mjs';

interface Context {
  readonly folder: string;
  readonly tarball: string;
  remove(): void;
}

describe('the packed package', () => {
  let context: Context | undefined;
  beforeAll(async () => {
    context = await prepare();
  }, 120_000);
  afterAll(() => context?.remove());

  for (const { name, run } of fastCases as { name: string; run(context: Context): Promise<string> }[]) {
    it(name, () => run(context as Context), 120_000);
  }
});
