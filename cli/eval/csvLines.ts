/** The lines of a text file, in pieces of fixed size. */
import { StringDecoder } from 'node:string_decoder';
import type { Bytes } from '../files/bytes.ts';
import { InputError } from '../lib/errors.ts';

const PIECE = 2 ** 18;

/** Longest line, in characters: 16 million numbers. */
const LONGEST = 2 ** 28;

/** A line and its number, from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** Lines that hold something: not the blank ones, nor comments (`#`, as np.savetxt writes them). */
export function* linesOf(file: Bytes): Generator<Line, void> {
  let number = 0;
  for (const line of allLines(file)) {
    number += 1;
    // A tab at the front parts an empty heading from the others.
    const hasEmptyFirst = line.startsWith('\t') && line.trim().includes('\t');
    const text = hasEmptyFirst ? line.trimEnd() : (number === 1 ? line.replace(/^\ufeff/, '') : line).trim();
    if (text !== '' && text[0] !== '#') yield { text, number };
  }
}

/** All lines, ended by \n, \r\n or \r. */
function* allLines(file: Bytes): Generator<string, void> {
  // Of the line that goes on in the next piece: put together once, as it may be long.
  let begun: string[] = [];
  let length = 0;
  for (const text of pieces(file)) {
    const lines = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
    const rest = lines.pop()!;
    for (const line of lines) {
      yield begun.length === 0 ? line : begun.join('') + line;
      begun = [];
      length = 0;
    }
    begun.push(rest);
    length += rest.length;
    if (length > LONGEST) throw new InputError(`${file.path}: a line is too long for a row of numbers`);
  }
  yield begun.join('');
}

/** The text of a file, never cut between \r and \n. */
function* pieces(file: Bytes): Generator<string, void> {
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.alloc(PIECE);
  let held = '';
  for (let position = 0; ; ) {
    const got = file.read(piece, position);
    if (got === 0) break;
    position += got;
    const text = held + decoder.write(piece.subarray(0, got));
    held = text.endsWith('\r') ? '\r' : '';
    yield held === '' ? text : text.slice(0, -1);
  }
  yield held + decoder.end();
}
