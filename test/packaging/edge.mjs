/** The cases at the edge, where bytes may not be compiled: workerd, and what goes by the condition `edge-light`. */
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkBundle, esbuild } from './bundlers.mjs';
import { check, exec, runNode, served } from './support.mjs';
import { program, tool } from './tools.mjs';

const inPackage = (folder, ...path) => join(folder, 'node_modules', 'losskit', ...path);

/** Starts workerd on a free port and asks its worker once. */
async function askWorkerd(cwd) {
  const exe = await program('@cloudflare/workerd-linux-64', '1.20261117.1', 'bin/workerd');
  const listening = /"event":"listen".*"port":(\d+)/;
  return served(exe, ['serve', '--control-fd=3', 'config.capnp'], { cwd, listening }, async (url) =>
    (await fetch(url)).text(),
  );
}

const workerd = (name, conditions, inlined, backend) => ({
  name,
  async run({ folder }) {
    const home = join(folder, inlined ? 'workerd-inlined' : 'workerd-module');
    cpSync(join(folder, 'workerd'), home, { recursive: true });
    copyFileSync(inPackage(folder, 'dist', 'losskit.wasm'), join(home, 'losskit.wasm'));
    const file = join(home, 'worker.js');
    await esbuild(join(folder, 'workerd', 'worker.mjs'), file, { conditions, external: ['*.wasm'] });
    checkBundle(file, { families: inlined ? ['regression'] : [] });
    return check(await askWorkerd(home), backend);
  },
});

/** Does for `?module` what Next and Vercel do: the import is the compiled module, of another realm than the code. */
const compiledImport = {
  name: 'compiled-import',
  setup(build) {
    build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?module', '')),
      namespace: 'compiled',
    }));
    build.onLoad({ filter: /./, namespace: 'compiled' }, ({ path }) => ({
      contents: `import { readFileSync } from 'node:fs';
        import { runInNewContext } from 'node:vm';
        const bytes = readFileSync(${JSON.stringify(path)});
        export default runInNewContext('new WebAssembly.Module(bytes)', { bytes });`,
    }));
  },
};

/** A small application of Next, built by one of its bundlers: its edge function, its Node function, and its page as rendered. */
const next = (bundler) => ({
  name: `Next, ${bundler}`,
  async run({ folder }) {
    const home = await tool('next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1');
    // In the tool's own folder: Turbopack follows no link out of the application.
    for (const old of ['.next', 'app', 'node_modules/losskit'])
      rmSync(join(home, old), { recursive: true, force: true });
    cpSync(join(folder, 'next'), home, { recursive: true });
    cpSync(inPackage(folder), join(home, 'node_modules', 'losskit'), { recursive: true });
    const cli = join(home, 'node_modules', 'next', 'dist', 'bin', 'next');
    const options = { cwd: home, env: { NEXT_TELEMETRY_DISABLED: '1' } };
    await exec(process.execPath, [cli, 'build', `--${bundler}`], { ...options, timeout: 600_000 });
    const listening = /http:\/\/localhost:(\d+)/;
    return served(process.execPath, [cli, 'start', '-p', '0'], { ...options, listening }, async (url) => {
      const text = async (path) => (await fetch(url + path)).text();
      check(await text('node'), 'wasm');
      const page = /<p>(.*?)<\/p>/.exec(await text(''))[1].replaceAll('&quot;', '"');
      check(page, 'wasm');
      return `${check(await text('edge'), 'wasm')} (edge and Node functions, page)`;
    });
  },
});

export const edge = [
  workerd('workerd', ['workerd', 'worker', 'browser'], false, 'wasm'),
  workerd('workerd without its condition', ['worker', 'browser'], true, 'reference'),
  {
    name: 'edge-light condition',
    fast: true,
    async run({ folder }) {
      mkdirSync(join(folder, 'bundles'), { recursive: true });
      const file = join(folder, 'bundles', 'edge-light.mjs');
      await esbuild(join(folder, 'esm', 'main.mjs'), file, { conditions: ['edge-light'], external: ['*.wasm?module'] });
      checkBundle(file, { families: [] });
      const options = { conditions: ['edge-light'], plugins: [compiledImport], external: ['node:*'] };
      await esbuild(join(folder, 'esm', 'main.mjs'), file, options);
      return runNode(folder, file, 'wasm');
    },
  },
  next('turbopack'),
  next('webpack'),
];
