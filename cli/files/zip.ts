/** Zip archives, as NumPy's .npz is one: the directory at the end, and the members it names, stored or deflated, zip64 too. */
import { crc32 } from 'node:zlib';
import { InputError } from '../lib/errors.ts';
import { type Bytes, PartOfBytes } from './bytes.ts';
import { inflated } from './unpack.ts';

/** What the directory says of a member. */
export interface Member {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header lies. */
  readonly at: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
/** A number that stands in the zip64 part instead. */
const ELSEWHERE = 0xffffffff;
/** More than the directory of any archive of arrays. */
const LARGEST_DIRECTORY = 2 ** 26;

export const isZip = (head: Buffer): boolean => head.length >= 4 && head.readUInt32LE(0) === LOCAL;

/** The members of an archive, folders left out. */
export function membersOf(file: Bytes): Member[] {
  const directory = directoryOf(file);
  const members: Member[] = [];
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== ENTRY) throw damaged(file);
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const next = extraEnd + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw damaged(file);
    const flags = directory.readUInt16LE(at + 8);
    const wide = wideNumbers(directory.subarray(nameEnd, extraEnd));
    // Each that doesn't fit into 32 bits takes the next of the wide ones, in this order.
    const number = (place: number): number => {
      const short = directory.readUInt32LE(place);
      return short === ELSEWHERE ? (wide.shift() ?? short) : short;
    };
    const [size, packed] = [number(at + 24), number(at + 20)];
    const name = directory.toString('utf8', at + 46, nameEnd);
    if (!name.endsWith('/')) {
      const [method, crc] = [directory.readUInt16LE(at + 10), directory.readUInt32LE(at + 16)];
      members.push({ name, method, isEncrypted: (flags & 1) === 1, crc, packed, size, at: number(at + 42) });
    }
    at = next;
  }
  return members;
}

/** The bytes of a member; `path` is what errors call it. */
export async function memberBytes(file: Bytes, member: Member, path: string): Promise<Bytes> {
  const { method, packed, size, crc, at } = member;
  if (member.isEncrypted) throw new InputError(`${path}: it is encrypted`);
  const header = Buffer.alloc(30);
  if (file.read(header, at) < 30 || header.readUInt32LE(0) !== LOCAL) throw damaged(file);
  const start = at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + packed > file.size) throw damaged(file);
  if (method === 0 && packed === size) return new PartOfBytes(path, file, start, size);
  if (method !== 8) throw new InputError(`${path}: it is packed in a way that is not known (method ${method})`);
  let length = 0;
  let sum = 0;
  const bytes = await inflated(path, file.pieces(start, packed), (piece) => {
    length += piece.length;
    sum = crc32(piece, sum);
    // What goes on and on isn't unpacked to its end.
    if (length > size) throw damaged(file);
  });
  if (length === size && sum === crc) return bytes;
  bytes.close();
  throw new InputError(`${path}: it is damaged: its checksum is another`);
}

const damaged = ({ path }: Bytes): InputError =>
  new InputError(`${path}: it is a damaged or truncated archive: its directory doesn't lead to its members`);

/** The directory's bytes, found from the archive's end. */
function directoryOf(file: Bytes): Buffer {
  // A comment of up to 64 kB may follow; before the end record lies the locator of zip64.
  const tail = Buffer.alloc(Math.min(file.size, 2 ** 16 + 22 + 20));
  const tailAt = file.size - tail.length;
  file.readAll(tail, tailAt);
  let end = tail.length - 22;
  while (end >= 0 && !(tail.readUInt32LE(end) === END && end + 22 + tail.readUInt16LE(end + 20) <= tail.length)) end--;
  if (end < 0) throw new InputError(`${file.path}: it is a truncated archive: its end is missing`);
  let [size, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR64) {
    const record = Buffer.alloc(56);
    const recordAt = Number(tail.readBigUInt64LE(end - 12));
    if (!Number.isSafeInteger(recordAt) || file.read(record, recordAt) < 56) throw damaged(file);
    if (record.readUInt32LE(0) !== END64) throw damaged(file);
    [size, at] = [Number(record.readBigUInt64LE(40)), Number(record.readBigUInt64LE(48))];
  }
  if (size > LARGEST_DIRECTORY || at + size > file.size) throw damaged(file);
  const directory = Buffer.alloc(size);
  file.readAll(directory, at);
  return directory;
}

/** The numbers of 64 bits among the extra fields of an entry. */
function wideNumbers(extra: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 4 <= extra.length; ) {
    const [kind, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const end = Math.min(at + 4 + length, extra.length);
    if (kind === 1) {
      for (let place = at + 4; place + 8 <= end; place += 8) numbers.push(Number(extra.readBigUInt64LE(place)));
    }
    at += 4 + length;
  }
  return numbers;
}
