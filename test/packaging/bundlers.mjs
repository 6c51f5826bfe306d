/** The bundlers, each making one file out of the ESM consumer (or another), and what has to hold of it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './support.mjs';
import { load, tool } from './tools.mjs';

/** Losses that the consumer doesn't import: nothing of them may be in its bundle, their kernels' glue included. */
const unused = [
  'crossEntropy',
  'cross_entropy_labels',
  'cross_entropy_f32',
  'triplet',
  'ntXent',
  'nt_xent_f32',
  'huber',
  'elbo',
];

/** The families whose modules are in a bundle: a piece of each module's text tells that no other has. */
function familiesIn(code) {
  const generated = join(root, 'ts', 'generated');
  const modules = readdirSync(generated).map((name) => [name, readFileSync(join(generated, name), 'utf8')]);
  const texts = modules.map(([name, text]) => [name.replace('.ts', ''), /MODULE =\s+'(.+)'/.exec(text)?.[1]]);
  const piece = (text) => (text.length < 2400 ? text.slice(-800, -400) : text.slice(2000, 2400));
  return texts.filter(([, text]) => text && code.includes(piece(text))).map(([name]) => name);
}

/** Checks that a bundle has the WebAssembly of these families, and no loss but the one it uses. */
export function checkBundle(file, { families = ['regression'] } = {}) {
  const code = readFileSync(file, 'utf8');
  assert.deepEqual(familiesIn(code), families, 'the modules that are inlined');
  const found = unused.filter((name) => new RegExp(`\\b${name}`).test(code));
  assert.deepEqual(found, [], 'losses that nothing uses are in the bundle');
  return `${Math.round(statSync(file).size / 1000)} kB`;
}

export async function esbuild(input, file, options = {}) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [input],
    outfile: file,
    bundle: true,
    format: 'esm',
    minifySyntax: true,
    logLevel: 'silent',
    ...options,
  });
}

/** Rollup alone resolves no packages: this does for losskit what its plugin does, from the manifest. */
const manifest = (folder) => ({
  name: 'manifest',
  resolveId(id) {
    if (!/^losskit(\/|$)/.test(id)) return null;
    const home = join(folder, 'node_modules', 'losskit');
    const { exports, sideEffects } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    return { id: join(home, exports[id.replace('losskit', '.')].default), moduleSideEffects: sideEffects };
  },
});

export async function rollup(input, file, plugins) {
  const { rollup: start } = await import('rollup');
  const build = await start({ input, plugins, onwarn: (warning) => assert.fail(warning.message) });
  await build.write({ file, format: 'es' });
  await build.close();
}

export const rollupAlone = (folder, input, file) => rollup(input, file, [manifest(folder)]);

export async function rollupWithPlugin(_folder, input, file) {
  const tools = await tool('@rollup/plugin-node-resolve@16.0.3');
  const { nodeResolve } = await load(tools, '@rollup/plugin-node-resolve');
  await rollup(input, file, [nodeResolve()]);
}

export async function webpack(_folder, input, file) {
  const { default: start } = await load(await tool('webpack@5.112.2'), 'webpack');
  const compiler = start({
    mode: 'production',
    entry: input,
    output: { path: join(file, '..'), filename: basename(file), module: true },
    experiments: { outputModule: true },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).errors, []);
}

/** Vite 8, which bundles with rolldown. */
export async function vite(_folder, input, file) {
  const { build } = await load(await tool('vite@8.3.8'), 'vite');
  const home = join(file, '..', 'vite');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'index.html'), '<!doctype html><script type="module" src="./main.mjs"></script>\n');
  writeFileSync(join(home, 'main.mjs'), readFileSync(input));
  await build({
    root: home,
    configFile: false,
    logLevel: 'silent',
    // The polyfill needs a document, and the bundle is run in Node.
    build: { outDir: 'out', modulePreload: { polyfill: false } },
  });
  const made = readdirSync(join(home, 'out', 'assets')).find((name) => name.endsWith('.js'));
  writeFileSync(file, readFileSync(join(home, 'out', 'assets', made)));
}
