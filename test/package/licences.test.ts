/** What ends up in the tarball, and under which licences: files, JavaScript that is bundled, crates that are linked into the modules. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

const sorted = (names: readonly string[]) => [...names].sort();

/** What may be linked or bundled. A crate that offers one of these besides others is taken under it. */
const allowed = ['MIT', 'MIT OR Apache-2.0', '(MIT OR Apache-2.0) AND Unicode-3.0'];

describe('the tarball', () => {
  it('has the licence, what is compiled, and what says how to use it', () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
    const parsed = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
    const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
    const files = (packed.files as { path: string }[]).map(({ path }) => path);
    const dist = readdirSync(join(root, 'dist')).map((file) => `dist/${file}`);
    expect(sorted(files)).toEqual(sorted(['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', ...dist, 'package.json']));
  });

  it('is under the licence that package.json and the crates say', () => {
    expect(manifest.license).toBe('MIT');
    expect(read('LICENSE')).toMatch(
      /^MIT License\n\nCopyright \(c\) \d{4} losskit contributors\n\nPermission is hereby granted, free of charge/,
    );
    expect(read('Cargo.toml')).toContain('license = "MIT"');
  });

  it('nothing is installed besides it, and no script runs', () => {
    const kinds = [
      'dependencies',
      'peerDependencies',
      'optionalDependencies',
      'bundleDependencies',
      'bundledDependencies',
    ];
    for (const kind of kinds) expect(manifest[kind], kind).toBeUndefined();
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']) {
      expect(manifest.scripts[script], script).toBeUndefined();
    }
  });
});

describe('the JavaScript', () => {
  it('is made of sources of this repository alone', async () => {
    const entries = ['ts/index.ts', 'ts/slim.ts', 'ts/reference.ts', 'ts/workerd.ts', 'cli/main.ts'];
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: entries,
      bundle: true,
      write: false,
      outdir: 'none',
      platform: 'node',
      format: 'esm',
      metafile: true,
      external: ['losskit', '*.wasm'],
      // The command line's plugin adds docstrings, of these same sources.
      plugins: [
        {
          name: 'docs',
          setup: ({ onResolve }) => onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, external: true })),
        },
      ],
    });
    const folders = new Set(
      Object.keys(metafile.inputs).map((path) => relative(root, join(root, path)).split('/')[0]!),
    );
    expect([...folders].filter((folder) => !['ts', 'cli', 'bench', 'explore'].includes(folder))).toEqual([]);
  });

  it('as it is published imports nothing but what it lies beside, and what Node has', () => {
    for (const file of readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.js'))) {
      const imported = [
        ...read(`dist/${file}`).matchAll(/^\s*(?:import|export)\b[^'"\n]*?from\s*['"]([^'"]+)['"]/gm),
      ].map(([, id]) => id!);
      const foreign = imported.filter((id) => !/^(node:|\.\/(index\.js|losskit\.wasm))/.test(id));
      expect(foreign, file).toEqual([]);
      expect(read(`dist/${file}`), `${file} holds helpers of tslib`).not.toMatch(/__awaiter|__rest|__extends|tslib/);
    }
  });
});

describe('the modules', () => {
  const linked = crates();

  it('are linked from crates of these licences', () => {
    expect(linked.map(({ name }) => name)).toContain('losskit-kernels');
    expect(
      linked.filter(({ license }) => !allowed.includes(license)).map(({ name, license }) => `${name}: ${license}`),
    ).toEqual([]);
  });

  it('have their names and versions in NOTICE', () => {
    const foreign = linked
      .filter(({ name }) => !name.startsWith('losskit-'))
      .map(({ name, version }) => `${name} ${version}`);
    const noted = [...read('NOTICE').matchAll(/^ {4}([\w-]+ \d[\d.]*):/gm)].map(([, one]) => one!);
    expect(sorted(noted)).toEqual(sorted(foreign));
  });
});

interface Crate {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** What is linked into a module: all that its crate needs for WebAssembly, but for what runs in the compiler. */
function crates(): Crate[] {
  interface Package extends Crate {
    readonly id: string;
    readonly targets: readonly { readonly kind: readonly string[] }[];
  }
  interface Node {
    readonly id: string;
    readonly deps: readonly { readonly pkg: string; readonly dep_kinds: readonly { readonly kind: string | null }[] }[];
  }
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', 'wasm32-unknown-unknown'];
  const text = execFileSync('cargo', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { packages, resolve, workspace_members } = JSON.parse(text) as {
    packages: Package[];
    resolve: { nodes: Node[] };
    workspace_members: string[];
  };
  const packageOf = new Map(packages.map((one) => [one.id, one]));
  const nodeOf = new Map(resolve.nodes.map((one) => [one.id, one]));
  const found = new Map<string, Package>();
  const visit = (id: string): void => {
    const one = packageOf.get(id)!;
    if (found.has(id) || one.targets.some(({ kind }) => kind.includes('proc-macro'))) return;
    found.set(id, one);
    for (const { pkg, dep_kinds } of nodeOf.get(id)!.deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  workspace_members.forEach(visit);
  return [...found.values()];
}
