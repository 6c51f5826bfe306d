/** A file that is written under another name first, so that a failure leaves neither half a file nor harms an old one. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { systemError } from '../lib/errors.ts';

export class OutputFile {
  readonly path: string;
  /** Where the bytes go until the end. */
  readonly #place: string;
  /** The file behind the path, which may be a link. */
  readonly #target: string;
  #fd: number | null;

  constructor(path: string) {
    this.path = path;
    this.#target = existing(path);
    // A device or a pipe can't be replaced.
    this.#place = isReplaceable(this.#target) ? `${this.#target}.part-${process.pid}` : this.#target;
    try {
      this.#fd = openSync(this.#place, 'w');
    } catch (error) {
      throw systemError(path, error, { ENOENT: 'there is no such folder' });
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
      if (this.#place !== this.#target) renameSync(this.#place, this.#target);
    } catch (error) {
      throw systemError(this.path, error);
    }
  }

  /** Removes what was written, unless it has its name already. */
  abandon(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    if (this.#place !== this.#target) rmSync(this.#place, { force: true });
  }
}

function existing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const isReplaceable = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
