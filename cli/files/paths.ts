/** Which file a path means, whatever it is called by. */
import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** More links in a row than any system follows. */
const MOST_LINKS = 40;

/** The path of the file behind a path, links followed; it need not be there yet, but its folder must. */
export function targetOf(path: string): string {
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const folder = realpathSync(dirname(target));
    target = join(folder, basename(target));
    if (!lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) return target;
    target = resolve(folder, readlinkSync(target));
  }
  throw Object.assign(new Error('its links lead in a circle'), { code: 'ELOOP' });
}

/** The same for all names of a file: links, hard links, `./` and `../`. */
export function identityOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? targetOf(path) : `${stat.dev}:${stat.ino}`;
  } catch {
    // What can't be opened is told when it is.
    return resolve(path);
  }
}

/** A comma-separated list of files, unless there is a file of that name. */
export const listed = (path: string): string[] =>
  existsSync(path) ? [path] : path.split(',').filter((part) => part !== '');
