/** What the packaging cases share: the installed tarball, and running other programs on it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
