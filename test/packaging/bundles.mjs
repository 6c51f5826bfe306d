/** The cases of the bundlers: each bundles three consumers, which keep the WebAssembly, have none, and use nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkBundle, esbuild, rollupAlone, rollupWithPlugin, vite, webpack } from './bundlers.mjs';
import { exec, runNode } from './support.mjs';
import { tool } from './tools.mjs';

const bundle = (name, make, fast) => ({
  name,
  fast,
  async run({ folder }) {
    const pack = async (consumer) => {
      const home = join(folder, 'bundles', `${name}-${consumer}`.replaceAll(' ', '-'));
      mkdirSync(home, { recursive: true });
      const file = join(home, 'bundle.mjs');
      await make(folder, join(folder, consumer, 'main.mjs'), file);
      return file;
    };
    const whole = await pack('esm');
    const size = checkBundle(whole);
    const plain = await pack('reference');
    const plainSize = checkBundle(plain, { families: [] });
    assert.doesNotMatch(readFileSync(plain, 'utf8'), /WebAssembly\.(Module|Instance|Memory|compile)/);
    await runNode(folder, plain, 'reference');
    const idle = readFileSync(await pack('idle'), 'utf8');
    assert.ok(idle.length < 1500, `an import that nothing uses leaves ${idle.length} bytes`);
    return `${await runNode(folder, whole, 'wasm')}, mse ${size}; reference ${plainSize}; unused ${idle.length} B`;
  },
});

export const bundles = [
  bundle('esbuild', (_folder, input, file) => esbuild(input, file), true),
  bundle('rollup', rollupAlone, true),
  bundle('rollup with node-resolve', rollupWithPlugin),
  bundle('webpack', webpack),
  bundle('vite and rolldown', vite),
  {
    // Its modules live in a realm of their own.
    name: 'Jest, modules',
    async run({ folder }) {
      const jest = join(await tool('jest@30.5.2'), 'node_modules', 'jest', 'bin', 'jest.js');
      const args = ['--experimental-vm-modules', '--no-warnings', jest, '--rootDir', 'jest', '--ci', '--json'];
      const { stdout } = await exec(process.execPath, args, { cwd: folder });
      return `${JSON.parse(stdout).numPassedTests} tests`;
    },
  },
];
