/** The one set-up that `npm start`, `npm test` and `npm run check` share. */
import { buildDemo, buildTs, demo, ts } from '../build-ts.mjs';
import { buildWasm, wasm } from '../build-wasm.mjs';
import { ensurePackages } from './packages.mjs';
import { isFresh } from './stamp.mjs';
import { ensureTools } from './tools.mjs';

/** Brings a clone from whatever state to a current build; silent and quick when there is nothing to do. */
export async function ensureReady({ withDemo = false } = {}) {
  await ensureTools();
  await ensurePackages();
  if (!isFresh(wasm)) await buildWasm();
  if (!isFresh(ts)) await buildTs();
  if (withDemo && !isFresh(demo)) await buildDemo();
}
