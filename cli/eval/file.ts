/** Files read at a position, every failure one sentence. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError, systemError } from '../lib/errors.ts';

/** An open file. */
export class InputFile {
  readonly path: string;
  readonly size: number;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    try {
      this.#fd = openSync(path, 'r');
      const stat = fstatSync(this.#fd);
      if (stat.isDirectory()) throw new InputError(`${path}: it is a folder, not a file`);
      if (!stat.isFile()) throw new InputError(`${path}: it is no ordinary file, and can't be read at any place`);
      this.size = stat.size;
    } catch (error) {
      throw error instanceof InputError ? error : systemError(path, error);
    }
  }

  /** Fills as much of `into` as the file has from `position` on; the number of bytes. */
  read(into: Uint8Array, position: number): number {
    let done = 0;
    try {
      while (done < into.length) {
        // A single read is limited to 2 GiB.
        const wanted = Math.min(into.length - done, 2 ** 30);
        const got = readSync(this.#fd, into, done, wanted, position + done);
        if (got === 0) break;
        done += got;
      }
    } catch (error) {
      throw systemError(this.path, error);
    }
    return done;
  }

  /** Fills all of `into`. */
  readAll(into: Uint8Array, position: number): void {
    if (this.read(into, position) < into.length) {
      throw new InputError(`${this.path}: it ended early: something shortened it while it was read`);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
