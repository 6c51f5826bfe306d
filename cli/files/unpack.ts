/** Compressed bytes, unpacked. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import { InputError } from '../lib/errors.ts';
import type { Bytes } from './bytes.ts';
import { spooled } from './spool.ts';

const CHUNK = { chunkSize: 2 ** 20 };

/** The contents of a gzip file. */
export const gunzipped = (file: Bytes): Promise<Bytes> => through(file.path, file.pieces(), createGunzip(CHUNK));

/** Deflated bytes of an archive; `check` sees the pieces that come out, and throws for what isn't right. */
export const inflated = (path: string, pieces: Iterable<Buffer>, check: (piece: Buffer) => void): Promise<Bytes> =>
  through(path, pieces, createInflateRaw(CHUNK), check);

async function through(
  path: string,
  pieces: Iterable<Buffer>,
  unpacker: Gunzip | InflateRaw,
  check: (piece: Buffer) => void = () => {},
): Promise<Bytes> {
  try {
    let result: Bytes | undefined;
    await pipeline(Readable.from(pieces), unpacker, async (stream: AsyncIterable<Buffer>) => {
      result = await spooled(path, checked(stream, check));
    });
    return result!;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new InputError(`${path}: it is truncated: its compressed data ends early`);
    if (code?.startsWith('Z_')) throw new InputError(`${path}: it is damaged: its compressed data can't be unpacked`);
    throw error;
  }
}

async function* checked(stream: AsyncIterable<Buffer>, check: (piece: Buffer) => void): AsyncGenerator<Buffer, void> {
  for await (const piece of stream) {
    check(piece);
    yield piece;
  }
}
