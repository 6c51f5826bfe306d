/** Stamps: a build's inputs, hashed, so that nothing is built twice. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** All files at or below a path of the project, sorted, without the given folder names. */
function files(path, skip) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .filter((name) => !skip.includes(name))
    .sort()
    .flatMap((name) => files(join(path, name), skip));
}

/** One hash over the names and contents of the inputs. */
function hash(inputs, skip = []) {
  const sum = createHash('sha256');
  for (const file of inputs.flatMap((input) => files(input, skip))) {
    sum
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return sum.digest('hex');
}

const stampFile = ({ name }) => join(root, 'build', 'stamps', name);

/** Whether a build's outputs are all there and came from the inputs as they are now. */
export function isFresh(build) {
  if (!existsSync(stampFile(build)) || !build.outputs.every((file) => existsSync(join(root, file)))) return false;
  return readFileSync(stampFile(build), 'utf8') === hash(build.inputs, build.skip);
}

/** Runs `work` and records the inputs as they were before it: an edit made meanwhile leads to another build, not to a stale one. */
export async function stamped(build, work) {
  const before = hash(build.inputs, build.skip);
  await work();
  mkdirSync(dirname(stampFile(build)), { recursive: true });
  writeFileSync(stampFile(build), before);
}
