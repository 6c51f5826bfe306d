/** Zip archives as NumPy and others write them, built by hand. */
import { crc32, deflateRawSync } from 'node:zlib';

/** How an archive differs from the usual. */
export interface ZipOptions {
  readonly deflate?: boolean;
  /** Sizes and places of 64 bits, as `np.savez` writes for large arrays. */
  readonly wide?: boolean;
  readonly encrypted?: boolean;
  readonly comment?: string;
}

const u16 = (x: number): number[] => [x & 255, (x >> 8) & 255];
const u32 = (x: number): number[] => [...u16(x & 0xffff), ...u16(x >>> 16)];
const u64 = (x: number): number[] => [...u32(x), ...u32(0)];

/** An archive of these members. */
export function zip(members: { readonly [name: string]: Buffer }, options: ZipOptions = {}): Buffer {
  const { deflate = false, wide = false, encrypted = false, comment = '' } = options;
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const data = deflate ? deflateRawSync(content) : content;
    const title = Buffer.from(name);
    const common = [
      ...u16(wide ? 45 : 20),
      ...u16(encrypted ? 1 : 0),
      ...u16(deflate ? 8 : 0),
      ...u32(0),
      ...u32(crc32(content)),
    ];
    const most = 0xffffffff;
    const sizes = wide ? [...u32(most), ...u32(most)] : [...u32(data.length), ...u32(content.length)];
    const localExtra = wide ? [...u16(1), ...u16(16), ...u64(content.length), ...u64(data.length)] : [];
    const local = [...u32(0x04034b50), ...common, ...sizes, ...u16(title.length), ...u16(localExtra.length)];
    locals.push(Buffer.from(local), title, Buffer.from(localExtra), data);
    // A field of another kind comes before the one that counts.
    const other = [...u16(0x5455), ...u16(1), 0];
    const extra = wide
      ? [...other, ...u16(1), ...u16(24), ...u64(content.length), ...u64(data.length), ...u64(at)]
      : [];
    const entry = [
      ...u32(0x02014b50),
      ...u16(45),
      ...common,
      ...sizes,
      ...u16(title.length),
      ...u16(extra.length),
      ...u16(0),
      ...u16(0),
      ...u16(0),
      ...u32(0),
      ...u32(wide ? most : at),
    ];
    entries.push(Buffer.from(entry), title, Buffer.from(extra));
    at += local.length + title.length + localExtra.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const count = Object.keys(members).length;
  const record = [
    ...u32(0x06064b50),
    ...u64(44),
    ...u16(45),
    ...u16(45),
    ...u32(0),
    ...u32(0),
    ...u64(count),
    ...u64(count),
    ...u64(directory.length),
    ...u64(at),
  ];
  const locator = [...u32(0x07064b50), ...u32(0), ...u64(at + directory.length), ...u32(1)];
  const end = [
    ...u32(0x06054b50),
    ...u16(0),
    ...u16(0),
    ...u16(count),
    ...u16(count),
    ...u32(wide ? 0xffffffff : directory.length),
    ...u32(wide ? 0xffffffff : at),
    ...u16(comment.length),
  ];
  return Buffer.concat([
    ...locals,
    directory,
    ...(wide ? [Buffer.from(record), Buffer.from(locator)] : []),
    Buffer.from(end),
    Buffer.from(comment),
  ]);
}
