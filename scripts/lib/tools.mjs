/**
 * What has to be on the machine before anything can be built: Node, Rust, the wasm32 target, and the two WebAssembly tools.
 * What is missing and can be installed is installed, the tools into the project's own folder; nothing else on the machine changes.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask, Missing, root, step, toolsDir } from './run.mjs';

const TARGET = 'wasm32-unknown-unknown';
const WASM_PACK = '0.15.0';

/** Checks and installs all of it; prints nothing and takes a fraction of a second when all is there. */
export async function ensureTools() {
  checkNode();
  const sysroot = checkRust();
  await ensureTarget(sysroot);
  // The glue and the module agree only when the tool has the very version of the library.
  const bindgen = lockedVersion('wasm-bindgen');
  const packs = (version) => atLeast(version, WASM_PACK);
  const wanted = [
    { command: 'wasm-bindgen', crate: 'wasm-bindgen-cli', version: bindgen, seconds: 110, fits: (v) => v === bindgen },
    { command: 'wasm-pack', crate: 'wasm-pack', version: WASM_PACK, seconds: 90, fits: packs },
  ].filter(({ command, fits }) => !fits(versionOf(command) ?? '0'));
  if (wanted.length === 0) return;
  try {
    for (const tool of wanted) await install(tool);
  } finally {
    // A debug build of both leaves 2 GB behind.
    rmSync(join(toolsDir, 'build'), { recursive: true, force: true });
  }
}

/** Stops on a Node older than package.json's `engines`. */
function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (!atLeast(process.versions.node, needed)) {
    throw new Missing(
      `Node.js ${needed} or newer is needed and this is ${process.versions.node}: get a current one from https://nodejs.org.`,
    );
  }
}

/** Stops without Rust, or with one older than the workspace's `rust-version`; returns the compiler's folder. */
function checkRust() {
  const from = 'get it from https://rustup.rs';
  if (ask('cargo', ['--version']) === undefined) throw new Missing(`Rust's cargo is not on PATH: ${from}.`);
  const version = /^rustc (\d+\.\d+\.\d+)/.exec(ask('rustc', ['--version']) ?? '')?.[1];
  if (version === undefined) throw new Missing(`The Rust compiler rustc does not run: ${from}.`);
  const needed = /^rust-version = "(.+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1];
  if (!atLeast(version, needed)) {
    throw new Missing(`Rust ${needed} or newer is needed and this is ${version}: run \`rustup update stable\`.`);
  }
  return ask('rustc', ['--print', 'sysroot']);
}

/** Adds Rust's standard library for WebAssembly to the active toolchain. */
async function ensureTarget(sysroot) {
  if (existsSync(join(sysroot, 'lib', 'rustlib', TARGET, 'lib'))) return;
  if (ask('rustup', ['--version']) === undefined) {
    throw new Missing(
      `Rust's ${TARGET} target is missing and there is no rustup to add it: get rustup from https://rustup.rs.`,
    );
  }
  await step(`Adding Rust's ${TARGET} target`, 5, 'rustup', ['target', 'add', TARGET], {
    hint: `run \`rustup target add ${TARGET}\` by hand and read what it says`,
  });
}

/** Adds the formatter and the linter, which a minimal toolchain leaves out. */
export async function ensureLinters() {
  if (ask('cargo', ['fmt', '--version']) !== undefined && ask('cargo', ['clippy', '--version']) !== undefined) return;
  await step("Adding Rust's rustfmt and clippy", 5, 'rustup', ['component', 'add', 'rustfmt', 'clippy'], {
    hint: 'run `rustup component add rustfmt clippy` by hand and read what it says',
  });
}

/** Builds one tool from its source, which works wherever crates can be fetched; --debug halves the time and the output is the same. */
function install({ command, crate, version, seconds }) {
  const args = ['install', '--locked', '--debug', '--root', toolsDir, '--version', version, '--force', crate];
  return step(`Installing ${command} ${version} into .tools`, seconds, 'cargo', args, {
    hint: `run \`cargo install --locked --version ${version} ${crate}\` by hand and read what it says`,
    // One folder for both, as they share dependencies; debug information would only fill the disk.
    extraEnv: { CARGO_TARGET_DIR: join(toolsDir, 'build'), CARGO_PROFILE_DEV_DEBUG: '0', RUSTFLAGS: '' },
  });
}

/** The exact version that Cargo.lock has of a package. */
function lockedVersion(name) {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8').replaceAll('\r', '');
  const found = lock.split('[[package]]\n').find((entry) => entry.startsWith(`name = "${name}"\n`));
  const version = /^version = "(.+)"/m.exec(found ?? '')?.[1];
  if (version === undefined)
    throw new Missing(`Cargo.lock has no ${name}: restore it with \`git checkout Cargo.lock\`.`);
  return version;
}

/** The version that a program reports as the second word of its first line, or undefined without the program. */
function versionOf(command) {
  return ask(command, ['--version'])?.split(/\s+/)[1];
}

/** Whether a dotted version is the same as or newer than another. */
function atLeast(version, needed) {
  const parts = (text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const have = parts(version);
  const difference = parts(needed)
    .map((part, i) => (have[i] ?? 0) - part)
    .find((d) => d !== 0);
  return (difference ?? 0) >= 0;
}
