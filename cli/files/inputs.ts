/** What the names of inputs mean: files, members of archives (`scores.npz:logits`), pipes, and standard input (`-`). */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { nearest } from '../../ts/core/base/errors.ts';
import { InputError, systemError, UsageError } from '../lib/errors.ts';
import { type Bytes, PartOfBytes } from './bytes.ts';
import { InputFile } from './file.ts';
import { isTorch, otherArchive, otherFormat } from './otherFormats.ts';
import { spooled } from './spool.ts';
import { gunzipped } from './unpack.ts';
import { isZip, type Member, memberBytes, membersOf } from './zip.ts';

/** A name in two parts: the file, and the member of it that is meant. */
export function partsOfName(name: string): { file: string; member: string | null } {
  const colon = name.lastIndexOf(':');
  const file = name.slice(0, colon);
  const isMember = colon > 0 && !existsSync(name) && (file === '-' || existsSync(file) || /\.(npz|zip)$/i.test(file));
  return isMember ? { file, member: name.slice(colon + 1) } : { file: name, member: null };
}

/** Opens inputs. Standard input and pipes come only once: they are kept for those who ask again. */
export class Inputs {
  readonly #streams = new Map<string, Promise<Kept>>();

  /** The bytes that a name means, unpacked; `head` is how they begin. */
  async open(name: string): Promise<{ bytes: Bytes; head: Buffer }> {
    const { file, member } = partsOfName(name);
    let bytes = await this.#opened(file);
    try {
      let head = headOf(bytes);
      if (head[0] === 0x1f && head[1] === 0x8b) {
        bytes = replaced(bytes, await gunzipped(bytes));
        head = headOf(bytes);
      }
      if (isZip(head)) {
        bytes = replaced(bytes, await unzipped(bytes, head, member));
        head = headOf(bytes);
      } else if (member !== null) throw new InputError(`${bytes.path}: it is no archive, and has no member ${member}`);
      return { bytes, head };
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  async #opened(file: string): Promise<Bytes> {
    if (file !== '-' && !isPipe(file)) return new InputFile(file);
    const known = this.#streams.get(file);
    const stream = known ?? (file === '-' ? standardInput() : piped(file)).then((bytes) => new Kept(bytes));
    this.#streams.set(file, stream);
    return stream;
  }

  /** Closes what was kept. */
  async close(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.then((kept) => kept.end()).catch(() => {});
  }
}

/** Bytes that several inputs may read, and that none of them closes. */
class Kept extends PartOfBytes {
  constructor(bytes: Bytes) {
    super(bytes.path, bytes, 0, bytes.size);
  }

  override close(): void {}

  end(): void {
    super.close();
  }
}

function headOf(bytes: Bytes): Buffer {
  const start = Buffer.alloc(4096);
  return start.subarray(0, bytes.read(start, 0));
}

/** What was made from bytes; they are closed, unless it is a part of them. */
function replaced(bytes: Bytes, made: Bytes): Bytes {
  if (!(made instanceof PartOfBytes)) bytes.close();
  return made;
}

function isPipe(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFIFO() || stat.isSocket());
}

const STANDARD = 'standard input';

async function standardInput(): Promise<Bytes> {
  if (process.stdin.isTTY) throw new UsageError('- is standard input, which is the keyboard here; send a file into it');
  return spooled(STANDARD, failing(STANDARD, process.stdin));
}

const piped = (path: string): Promise<Bytes> => spooled(path, failing(path, createReadStream(path)));

/** A stream whose failures are sentences. */
async function* failing(path: string, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    yield* stream;
  } catch (error) {
    throw error instanceof InputError ? error : systemError(path, error);
  }
}

/** The member of an archive, or its only one. */
async function unzipped(file: Bytes, head: Buffer, wanted: string | null): Promise<Bytes> {
  const { path } = file;
  if (isTorch(path)) throw new InputError(`${path}: ${otherFormat(path, head)}`);
  const members = membersOf(file);
  const other = otherArchive(path, members);
  if (other !== null) throw new InputError(`${path}: ${other}`);
  const names = members.map(({ name }) => name.replace(/\.npy$/, ''));
  if (names.length === 0) throw new InputError(`${path}: there is nothing in it`);
  if (wanted === null && names.length > 1) {
    throw new InputError(`${path}: it holds ${names.join(', ')}; say which: ${path}:${names[0]}`);
  }
  const found = wanted === null ? members[0] : memberNamed(members, wanted);
  if (found !== undefined) return memberBytes(file, found, `${path}:${found.name.replace(/\.npy$/, '')}`);
  const near = nearest(wanted!, names);
  const hint = near === null ? '' : `, did you mean ${near}?`;
  throw new InputError(`${path}: there is no ${JSON.stringify(wanted)} among ${names.join(', ')}${hint}`);
}

const memberNamed = (members: readonly Member[], wanted: string): Member | undefined =>
  members.find(({ name }) => name === wanted) ?? members.find(({ name }) => name === `${wanted}.npy`);
