/** A file that is written under another name first, so that a failure leaves neither half a file nor harms an old one. */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { targetOf } from '../files/paths.ts';
import { InputError, systemError } from '../lib/errors.ts';

export class OutputFile {
  readonly path: string;
  /** Where the bytes go until the end; the target itself where that is a device or a pipe, which can't be replaced. */
  readonly #place: string;
  /** The file behind the path, which may be a link. */
  readonly #target: string;
  /** Other names of the file that is there go on naming it: its bytes are replaced, not the file. */
  readonly #hasOtherNames: boolean;
  #fd: number | null;
  #isNamed = false;

  constructor(path: string) {
    this.path = path;
    try {
      const old = statSync(path, { throwIfNoEntry: false });
      if (old?.isDirectory()) throw new InputError(`${path}: it is a folder, not a file`);
      const isStream = (old !== undefined && !old.isFile()) || /^\/(dev|proc)\//.test(resolve(path));
      this.#target = isStream ? path : targetOf(path);
      this.#hasOtherNames = (old?.nlink ?? 1) > 1;
      // What may not be written may not be replaced either.
      if (old !== undefined) accessSync(this.#target, constants.W_OK);
      [this.#fd, this.#place] = isStream ? [openSync(path, 'w'), path] : openPart(this.#target);
      if (old !== undefined && !isStream) keepRights(this.#fd, old);
    } catch (error) {
      throw error instanceof InputError ? error : systemError(path, error, { ENOENT: 'there is no such folder' });
    }
  }

  /** Writes all of `bytes`: at a position, or after what came before. */
  put(bytes: Uint8Array, position: number | null): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        const at = position === null ? null : position + done;
        done += writeSync(this.#fd!, bytes, done, bytes.length - done, at);
      }
    } catch (error) {
      throw systemError(this.path, error);
    }
  }

  /** Gives the file its name. */
  end(): void {
    try {
      closeSync(this.#fd!);
      this.#fd = null;
      if (this.#place === this.#target) return;
      if (!this.#hasOtherNames) renameSync(this.#place, this.#target);
      else {
        copyFileSync(this.#place, this.#target);
        rmSync(this.#place);
      }
      this.#isNamed = true;
    } catch (error) {
      throw systemError(this.path, error);
    }
  }

  /** Removes what was written, unless it has its name already. */
  abandon(): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    try {
      if (this.#fd !== null) closeSync(this.#fd);
    } catch {
      // A full disk may say so only now; the file goes all the same.
    }
    if (this.#place !== this.#target) rmSync(this.#place, { force: true });
  }
}

/** A new file beside the target, that nothing else has made. */
function openPart(target: string): [fd: number, path: string] {
  for (let n = 0; ; n++) {
    // A name has at most 255 bytes.
    const name = `${basename(target).slice(0, 50)}.part-${process.pid}${n === 0 ? '' : `-${n}`}`;
    const path = join(dirname(target), name);
    try {
      return [openSync(path, 'wx'), path];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n === 99) throw error;
    }
  }
}

/** Gives a file the owner and the mode of the one that it will replace. */
function keepRights(fd: number, { uid, gid, mode }: Stats): void {
  try {
    fchownSync(fd, uid, gid);
  } catch {
    // Only root may give files away.
  }
  fchmodSync(fd, mode & 0o7777);
}
