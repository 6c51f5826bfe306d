/** Files read at a position, every failure one sentence. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError, systemError } from '../lib/errors.ts';
import { Bytes } from './bytes.ts';

/** An open file. */
export class InputFile extends Bytes {
  readonly path: string;
  readonly size: number;
  readonly #fd: number;

  constructor(path: string) {
    super();
    this.path = path;
    try {
      this.#fd = openSync(path, 'r');
      const stat = fstatSync(this.#fd);
      if (stat.isDirectory()) throw new InputError(`${path}: it is a folder, not a file`);
      if (!stat.isFile()) throw new InputError(`${path}: it is a device, not a file`);
      this.size = stat.size;
    } catch (error) {
      throw error instanceof InputError ? error : systemError(path, error);
    }
  }

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

  close(): void {
    closeSync(this.#fd);
  }
}
