/** `npm run setup`: the tools that a build needs and npm can't install. Needs no package, so it runs on a fresh clone. */
import { entry } from './lib/run.mjs';
import { ensureTools } from './lib/tools.mjs';

await entry(async () => {
  await ensureTools();
  console.log('Node, Rust, the wasm32 target, wasm-bindgen and wasm-pack are there.');
});
