/** What is in the tarball, and its types as compilers see them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, exec, npm, root } from './support.mjs';
import { tool } from './tools.mjs';

/** Runs a TypeScript compiler, ours or another, on one of the configurations in consumers/types. */
async function compile(folder, config, { typescript, mayFail } = {}) {
  const home = typescript ? join(await tool(`typescript@${typescript}`), 'node_modules') : bin();
  const args = [join(home, 'typescript', 'bin', 'tsc'), '-p', `${config}.json`, '--typeRoots', bin('@types')];
  return exec(process.execPath, args, { cwd: join(folder, 'types'), mayFail });
}

const types = (name, config, { typescript, fast } = {}) => ({
  name: `types, ${name}`,
  fast,
  async run({ folder }) {
    await compile(folder, config, { typescript });
    return 'strict, skipLibCheck false';
  },
});

/** The tarball's files hold nothing of the machine that made them, and nothing that isn't there. */
function inspect(folder, name) {
  const text = readFileSync(join(folder, 'node_modules', 'losskit', name), 'latin1');
  const path = text.match(/(\/root|\/home|\/Users|\/build|\.cargo\/registry)\/[\w./-]*/)?.[0];
  assert.equal(path, undefined, `${name} holds a path of the machine that built it`);
  assert.ok(!text.includes(root), `${name} holds the path of this folder`);
  assert.ok(!text.includes('sourceMappingURL='), `${name} names a source map, and none is published`);
}

export const contents = [
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
      const wrong = names.filter(
        (name) => !/^(dist\/|package\.json|README\.md|CHANGELOG\.md|LICENSE|NOTICE)/.test(name),
      );
      assert.deepEqual(wrong, [], 'these files should not be published');
      for (const name of names) inspect(folder, name);
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
  types('bundler, no DOM', 'bundler', { fast: true }),
  types('node16', 'node16', { fast: true }),
  types('nodenext, also from CommonJS', 'nodenext', { fast: true }),
  types('bundler, DOM', 'dom'),
  types('node16, Node types', 'node-types'),
  types('TypeScript 5.9', 'nodenext', { typescript: '5.9.3' }),
  types('TypeScript 7', 'nodenext', { typescript: '7.0.2' }),
  {
    // This resolution is of the Node that couldn't require modules. No package of modules alone can please it; its message has the way out.
    name: 'types, node16, CommonJS',
    async run({ folder }) {
      const { code, stdout } = await compile(folder, 'node16-commonjs', { mayFail: true });
      assert.notEqual(code, 0);
      assert.deepEqual(new Set(stdout.match(/TS\d+/g)), new Set(['TS1479']), stdout);
      return 'refused by TypeScript (TS1479), as known: use nodenext, or import()';
    },
  },
];
