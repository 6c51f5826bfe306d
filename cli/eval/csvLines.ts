/** The lines of a text file, in pieces of fixed size. */
import { StringDecoder } from 'node:string_decoder';
import { InputError } from '../lib/errors.ts';
import type { InputFile } from './file.ts';

const PIECE = 2 ** 18;

/** Longest line, in characters: 4 million numbers. */
const LONGEST = 2 ** 26;

/** A line and its number, from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines that hold something: not the blank ones, nor comments (`#`, as np.savetxt writes them). */
export function* linesOf(file: InputFile): Generator<Line, void> {
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.alloc(PIECE);
  let position = 0;
  let rest = '';
  let number = 0;
  for (;;) {
    const got = file.read(piece, position);
    const text = rest + (got > 0 ? decoder.write(piece.subarray(0, got)) : decoder.end());
    position += got;
    const lines = text.includes('\r') ? text.split(/\r\n|\n|\r(?=[^\n])/) : text.split('\n');
    rest = got > 0 ? lines.pop()! : '';
    for (const line of lines) {
      number += 1;
      const content = (number === 1 ? line.replace(/^\ufeff/, '') : line).trim();
      if (content !== '' && content[0] !== '#') yield { text: content, number };
    }
    if (rest.length > LONGEST)
      throw new InputError(`${file.path}: line ${number + 1} is too long for a row of numbers`);
    if (got === 0) return;
  }
}
