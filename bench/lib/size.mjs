/** What a user downloads: bundles of the package, minified by esbuild and gzipped, and the module of all kernels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../scripts/lib/run.mjs';

/** The bundles, and the most that each may have, in thousands of bytes: what they have now, so that none grows unseen. */
export const bundles = [
  { entry: 'index', names: ['mse'], limit: 36 },
  { entry: 'index', names: ['crossEntropy'], limit: 61 },
  { entry: 'index', names: ['triplet'], limit: 37.3 },
  { entry: 'index', names: ['ntXent'], limit: 41 },
  { entry: 'index', names: ['infoNce'], limit: 45 },
  { entry: 'index', names: ['linearCrossEntropy'], limit: 79 },
  { entry: 'index', names: ['mse', 'huber', 'crossEntropy', 'triplet'], limit: 84.4 },
  { entry: 'index', names: ['*'], limit: 379 },
  { entry: 'slim', names: ['mse'], limit: 16.7 },
  // `init` brings threads along.
  { entry: 'slim', names: ['mse', 'init'], limit: 30.8 },
  { entry: 'reference', names: ['mse'], limit: 16.3 },
];

const dist = join(root, 'dist');
const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** What names of an entry become, bundled and minified. */
export async function bundled(entry, names) {
  const { build } = await import('esbuild');
  const what = names[0] === '*' ? '*' : `{ ${names.join(', ')} }`;
  const { outputFiles } = await build({
    stdin: { contents: `export ${what} from './${entry}.js';`, resolveDir: dist },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Bytes, plain and gzipped: the module of all kernels, and every bundle. */
export async function size() {
  const wasm = readFileSync(join(dist, 'losskit.wasm'));
  const sizes = [];
  for (const { entry, names, limit } of bundles) {
    const code = await bundled(entry, names);
    const from = entry === 'index' ? 'losskit' : `losskit/${entry}`;
    const title = names[0] === '*' ? `everything of '${from}'` : `import { ${names.join(', ')} } from '${from}'`;
    sizes.push({ title, limit, bytes: code.length, gzip: gzip(code) });
  }
  return { wasm: wasm.length, wasmGzip: gzip(wasm), bundles: sizes };
}
