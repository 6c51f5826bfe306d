/** The page and its two Workers, which share the package's code in a chunk of their own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The package is what its users get: dist/. */
const places = { losskit: at('../dist/index.js'), uplot: at('../node_modules/uplot/dist/uPlot.esm.js') };

const resolve = { name: 'resolve', resolveId: (id) => places[id] ?? null };

/** Types are checked by `npm run check`; here they are only taken away. */
const compile = {
  name: 'compile',
  load(id) {
    if (!id.endsWith('.ts')) return null;
    const compilerOptions = { target: 'ES2022', module: 'ESNext', verbatimModuleSyntax: true };
    const { outputText } = typescript.transpileModule(readFileSync(id, 'utf8'), { compilerOptions, fileName: id });
    return outputText;
  },
};

export default {
  input: { main: at('main.ts'), bench: at('speed/worker.ts'), train: at('train/worker.ts') },
  output: {
    dir: at('../build/explore'),
    format: 'es',
    chunkFileNames: '[name].js',
    manualChunks: { losskit: ['losskit'] },
  },
  // The demo's data file can read files too; nothing of that is used here.
  external: (id) => id.startsWith('node:'),
  treeshake: { moduleSideEffects: (id) => !id.startsWith('node:') },
  plugins: [resolve, compile],
};
