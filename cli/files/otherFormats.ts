/** Files of other kinds, by their first bytes: what they are, and how to get the numbers out. */

const NPY = 'save the array with np.save(file, x)';
const TORCH = 'it is a PyTorch file, which may run code; save the tensor with np.save(file, x.numpy())';

/** What a file starts with, and what to say of it. */
const SIGNATURES: readonly (readonly [start: string, says: string])[] = [
  ['\u001f\u008b', 'it is compressed twice; unpack it with gunzip'],
  ['BZh', 'it is compressed; unpack it with bunzip2'],
  ['\u00fd7zXZ\0', 'it is compressed; unpack it with unxz'],
  ['(\u00b5/\u00fd', 'it is compressed; unpack it with unzstd'],
  ['PAR1', `it is a Parquet file; ${NPY}`],
  ['ARROW1', `it is an Arrow (Feather) file; ${NPY}`],
  ['\u0089HDF\r\n', `it is an HDF5 file; ${NPY}`],
  ['MATLAB ', `it is a MATLAB file; ${NPY}`],
  ['GGUF', `it is a GGUF model; ${NPY}`],
  ['\u0089PNG', `it is an image; ${NPY}`],
  ['\u00ff\u00fe', 'it is text in UTF-16; save it in UTF-8'],
  ['\u00fe\u00ff', 'it is text in UTF-16; save it in UTF-8'],
];

/** What the file is, if it is none that can be read; null if it may be. */
export function otherFormat(path: string, head: Buffer): string | null {
  const start = head.toString('latin1', 0, 16);
  if (start.startsWith('PK\u0003\u0004')) return isTorch(path) ? TORCH : `it is an archive in an archive; ${NPY}`;
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) {
    return isTorch(path) ? TORCH : `it is a pickle, which may run code; ${NPY}`;
  }
  for (const [signature, says] of SIGNATURES) if (start.startsWith(signature)) return says;
  // A length of 64 bits, and a JSON header.
  if (head.length > 9 && head.readUInt32LE(4) === 0 && head[8] === 0x7b) return `it is a safetensors file; ${NPY}`;
  const first = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()[0];
  if (first === '[' || first === '{') return `it is JSON; ${NPY}, or write rows of numbers (CSV)`;
  return null;
}

export const isTorch = (path: string): boolean => /\.(pt|pth|ckpt)$/i.test(path);

/** What an archive is, if it isn't one of arrays or text; its members tell. */
export function otherArchive(path: string, members: readonly { readonly name: string }[]): string | null {
  const has = (pattern: RegExp): boolean => members.some(({ name }) => pattern.test(name));
  if (has(/(^|\/)data\.pkl$/)) return TORCH;
  if (/\.xlsx?$/i.test(path) || has(/^(\[Content_Types\]\.xml$|xl\/)/)) {
    return 'it is an Excel workbook; save the sheet as CSV';
  }
  return null;
}
