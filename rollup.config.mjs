/**
 * Two parts, chosen by LOSSKIT_PART: `package` makes dist/ (or the folder LOSSKIT_OUT), one self-contained file for each entry, one
 * declaration for all, and the command line; `demo` makes build/demo/main.js, which imports the package by its name. Without the
 * variable both are built.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import typescript from '@rollup/plugin-typescript';
import { dts } from 'rollup-plugin-dts';
import { docs } from './cli/docs.plugin.mjs';

const out = process.env.LOSSKIT_OUT ?? 'dist';

/** Engines that import WebAssembly differ in how they spell it: Vercel's and Next's want `?module`. */
const wasmImports = { workerd: './losskit.wasm', 'edge-light': './losskit.wasm?module' };
const isWasm = (id) => id.endsWith('/source.wasm');

/** TypeScript for rollup: types are checked by tsc in `npm run check`, and rollup resolves the .ts imports as they stand. */
const compile = (tsconfig) =>
  typescript({
    tsconfig,
    include: ['ts/**/*.ts', 'demo/**/*.ts', 'cli/**/*.ts', 'explore/catalogue/*.ts', 'explore/speed/*.d.ts'],
    compilerOptions: { noEmit: false, rewriteRelativeImportExtensions: true },
  });

/** `Symbol.dispose` in the declarations is unknown to a consumer whose `lib` is older, unless they name the library themselves. */
const disposable = {
  name: 'disposable',
  renderChunk: (code) =>
    code.includes('Symbol.dispose') ? `/// <reference lib="esnext.disposable" />\n${code}` : null,
};

/** What stands for the WebAssembly in the entry with everything inlined: where it comes from, and each family's kernels. (.js: TypeScript rewrote it.) */
const inlined = /\/ts\/(core\/wasm\/source\/source|losses\/\w+\/kernels)\.[jt]s$/;

/** Each other entry has its own source of the WebAssembly, bound statically: registering one at import would be a side effect. */
const source = (name) => ({
  name: 'source',
  resolveId: (id, importer) =>
    name !== 'index' && importer && id.startsWith('.') && inlined.test(resolve(dirname(importer), id))
      ? resolve(`ts/core/wasm/source/source.${name}.ts`)
      : null,
});

/**
 * What is published is read by engines, at every start: without docstrings, which the declarations have, and in ASCII, which takes half the
 * memory and no charset for granted. Comments for bundlers stay.
 */
const lean = {
  name: 'lean',
  renderChunk: (code) =>
    code
      .replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '')
      .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
};

const entry = (name, outputs = [{ file: `${out}/${name}.js`, format: 'es' }]) => ({
  input: `ts/${name}.ts`,
  output: outputs,
  external: isWasm,
  plugins: [source(name), compile('tsconfig.build.json'), lean],
});

const pack = [
  entry('index'),
  entry('slim'),
  entry('reference'),
  entry(
    'workerd',
    Object.entries(wasmImports).map(([condition, wasm]) => ({
      file: `${out}/${condition}.js`,
      format: 'es',
      paths: (id) => (isWasm(id) ? wasm : id),
    })),
  ),
  // Beside the library, which it imports as it is published: there is one copy of the WebAssembly.
  {
    input: 'cli/main.ts',
    output: { file: `${out}/cli.js`, format: 'es', paths: { losskit: './index.js' } },
    external: (id) => id.startsWith('node:') || id === 'losskit',
    plugins: [docs, compile('tsconfig.json')],
  },
  // The entries have the same API, and so the same types.
  {
    input: 'ts/index.ts',
    output: { file: `${out}/index.d.ts`, format: 'es' },
    plugins: [dts({ tsconfig: 'tsconfig.build.json' }), disposable],
  },
];

const demo = ['demo/main.ts'].filter(existsSync).map((input) => ({
  input,
  output: { file: 'build/demo/main.js', format: 'es' },
  external: (id) => id.startsWith('node:') || id === 'losskit' || id.startsWith('losskit/'),
  plugins: [compile('tsconfig.json')],
}));

const parts = { package: pack, demo };
export default parts[process.env.LOSSKIT_PART] ?? [...pack, ...demo];
