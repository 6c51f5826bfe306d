/**
 * Running other programs, for all the scripts: plain runs, steps with their expected time, and the one way to give up.
 * Only Node's standard library: the set-up runs before any package is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. Everything runs there, wherever the caller stands. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The project's own Rust tools; git ignores the folder. */
export const toolsDir = join(root, '.tools');

// Where rustup puts cargo when no new shell has been opened since.
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');

/** The environment of every program started here: the project's own tools first, then the user's PATH. */
export const env = {
  ...process.env,
  // Some programs colour their output wherever CI is set, terminal or not.
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
  PATH: [join(toolsDir, 'bin'), process.env.PATH ?? '', join(cargoHome, 'bin')].join(delimiter),
};

/** Something that the user has to put right; `message` is the one sentence to end with. */
export class Missing extends Error {}

/** Runs `main` and turns a `Missing` into its sentence and exit code 1; any other error is a fault of ours and keeps its trace. */
export async function entry(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** True when the module at `url` is the program that was started, not an import of it. */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/** The trimmed output of a short command, or undefined when it is missing or fails. */
export function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a command on the user's own terminal; resolves to its exit code. `onOutput` receives what it prints as well. */
export function run(command, args, { onOutput, extraEnv } = {}) {
  const stdio = onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit';
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...env, ...extraEnv }, stdio });
    child.stdout?.on('data', (data) => process.stdout.write(data) && onOutput(data.toString()));
    child.stderr?.on('data', (data) => process.stderr.write(data));
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * One step of the set-up: prints what it does and how long that takes, keeps the program's own output back, and shows the end
 * of it only when the step fails for another reason than the network's; `hint` says what to do then.
 */
export async function step(title, seconds, command, args, { hint, extraEnv } = {}) {
  console.log(`${title} (about ${seconds} s)`);
  const began = Date.now();
  const elapsed = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const beat = setInterval(() => console.log(`  … ${elapsed()}`), 30_000);
  let tail = '';
  const code = await new Promise((resolve) => {
    // A tool's failure ends in its message, not in a list of its own functions.
    const stepEnv = { ...env, RUST_BACKTRACE: '0', ...extraEnv };
    const child = spawn(command, args, { cwd: root, env: stepEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (data) => {
      tail = (tail + data).slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => keep(error.message) ?? resolve(127));
    child.on('close', resolve);
  });
  clearInterval(beat);
  if (code === 0) return console.log(`  done in ${elapsed()}`);
  if (offline.test(tail)) {
    throw new Missing(
      `${title} failed because a server could not be reached: connect this machine to the network, or set its proxy or mirror, and run the command again.`,
    );
  }
  console.error(tail.trimEnd().split('\n').slice(-25).join('\n'));
  throw new Missing(`${title} failed: ${hint}.`);
}

const offline =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|could not (resolve|connect)|couldn't (resolve|connect)|dns error|error sending request|failed to download|could not download|network (error|failure|is unreachable)/i;

/** Path of an installed npm package's program, for `process.execPath`: works alike on every system, and starts faster than npx. */
export function bin(...path) {
  const file = join(root, 'node_modules', ...path);
  if (!existsSync(file)) throw new Missing(`The npm package ${path[0]} is not installed: run \`npm ci\` first.`);
  return file;
}
