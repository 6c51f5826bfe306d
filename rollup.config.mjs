/**
 * Two parts, chosen by LOSSKIT_PART: `package` makes dist/, one self-contained file for each entry with its types; `demo` makes
 * build/demo/main.js, which imports the package by its name. Without the variable both are built.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import typescript from '@rollup/plugin-typescript';
import { dts } from 'rollup-plugin-dts';

const entries = ['index', 'reference', 'slim'].filter((name) => existsSync(`ts/${name}.ts`));

/** TypeScript for rollup: types are checked by tsc in `npm run check`, and rollup resolves the .ts imports as they stand. */
const compile = (tsconfig) =>
  typescript({
    tsconfig,
    include: ['ts/**/*.ts', 'demo/**/*.ts'],
    compilerOptions: { noEmit: false, rewriteRelativeImportExtensions: true },
  });

/** `Symbol.dispose` in the declarations is unknown to a consumer whose `lib` is older, unless they name the library themselves. */
const disposable = {
  name: 'disposable',
  renderChunk: (code) =>
    code.includes('Symbol.dispose') ? `/// <reference lib="esnext.disposable" />\n${code}` : null,
};

/** Each entry has its own source of the WebAssembly, bound statically: registering one at import would be a side effect. (.js: TypeScript rewrote it.) */
const source = (name) => ({
  name: 'source',
  resolveId: (id, importer) =>
    name !== 'index' && importer && /(^|\/)source\.[jt]s$/.test(id)
      ? resolve(dirname(importer), `source.${name}.ts`)
      : null,
});

const pack = entries.flatMap((name) => [
  {
    input: `ts/${name}.ts`,
    output: { file: `dist/${name}.js`, format: 'es' },
    plugins: [source(name), compile('tsconfig.build.json')],
  },
  {
    input: `ts/${name}.ts`,
    output: { file: `dist/${name}.d.ts`, format: 'es' },
    plugins: [source(name), dts({ tsconfig: 'tsconfig.build.json' }), disposable],
  },
]);

const demo = ['demo/main.ts'].filter(existsSync).map((input) => ({
  input,
  output: { file: 'build/demo/main.js', format: 'es' },
  external: (id) => id.startsWith('node:') || id === 'losskit' || id.startsWith('losskit/'),
  plugins: [compile('tsconfig.json')],
}));

const parts = { package: pack, demo };
export default parts[process.env.LOSSKIT_PART] ?? [...pack, ...demo];
