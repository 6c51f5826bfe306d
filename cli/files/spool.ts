/** What comes as a stream (standard input, what is unpacked), kept so that it can be read at any place: in memory, or in a file. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemError } from '../lib/errors.ts';
import { Bytes, MemoryBytes } from './bytes.ts';
import { readFrom } from './file.ts';

/** More than this goes into a temporary file. */
const LARGE = 2 ** 26;

/** Keeps all of a stream; `path` is what errors call it. */
export async function spooled(path: string, stream: AsyncIterable<Uint8Array>): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let file: TemporaryFile | null = null;
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (file === null) chunks.push(chunk);
      else file.append(chunk);
      if (file !== null || length <= LARGE) continue;
      file = new TemporaryFile(path);
      for (const one of chunks) file.append(one);
      chunks.length = 0;
    }
  } catch (error) {
    file?.close();
    throw error;
  }
  return file ?? new MemoryBytes(path, Buffer.concat(chunks, length));
}

/** A file without a name: nothing is left of it however the program ends. */
class TemporaryFile extends Bytes {
  readonly path: string;
  size = 0;
  readonly #fd: number;
  readonly #folder: string;

  constructor(path: string) {
    super();
    this.path = path;
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'losskit-'));
      const name = join(this.#folder, 'data');
      this.#fd = openSync(name, 'wx+', 0o600);
      // Windows holds on to the name of an open file; there it goes when it is closed, or with the program.
      if (process.platform !== 'win32') this.#remove();
    } catch (error) {
      throw systemError(tmpdir(), error);
    }
    process.once('exit', this.#remove);
  }

  readonly #remove = (): void => rmSync(this.#folder, { recursive: true, force: true });

  append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        const written = writeSync(this.#fd, bytes, done, bytes.length - done, this.size);
        done += written;
        this.size += written;
      }
    } catch (error) {
      const full = `the disk of temporary files (${tmpdir()}) is full; TMPDIR names another`;
      throw systemError(this.path, error, { ENOSPC: full });
    }
  }

  read(into: Uint8Array, position: number): number {
    return readFrom(this.#fd, this.path, into, position);
  }

  close(): void {
    closeSync(this.#fd);
    process.off('exit', this.#remove);
    this.#remove();
  }
}
