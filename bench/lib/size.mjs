/** What a user downloads: the module, and `import { mse } from 'losskit'` bundled and minified. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../scripts/lib/run.mjs';

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** Bundles one import of dist/index.js; rolldown, which comes with vitest, minifies too. */
async function bundled() {
  const folder = join(root, 'build', 'bench');
  const input = join(folder, 'mse.mjs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(input, "import { mse } from '../../dist/index.js';\nconsole.log(mse);\n");
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input, logLevel: 'silent', platform: 'neutral', external: [/^node:/] });
  const { output } = await build.generate({ minify: true });
  await build.close();
  return Buffer.from(output[0].code);
}

/** Bytes, plain and gzipped. */
export async function size() {
  const wasm = readFileSync(join(root, 'dist', 'losskit.wasm'));
  const mse = await bundled();
  return { wasm: wasm.length, wasmGzip: gzip(wasm), mse: mse.length, mseGzip: gzip(mse) };
}
