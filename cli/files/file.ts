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
    return readFrom(this.#fd, this.path, into, position);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Fills an array from a place of an open file, as far as there is something; says how many bytes these are. */
export function readFrom(fd: number, path: string, into: Uint8Array, position: number): number {
  let done = 0;
  try {
    while (done < into.length) {
      // A single read is limited to 2 GiB.
      const got = readSync(fd, into, done, Math.min(into.length - done, 2 ** 30), position + done);
      if (got === 0) break;
      done += got;
    }
  } catch (error) {
    throw systemError(path, error);
  }
  return done;
}
