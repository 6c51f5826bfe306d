/** Printing: to a pipe that may close early or be slow, and tables. */
import { systemError } from './errors.ts';

/**
 * Ends the program when what it prints has nowhere to go. The end of a pipe's reader (`losskit list | head -1`) is no error: there
 * is nothing left to do. A full disk is one.
 */
export function endOnFailedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`losskit: ${systemError('standard output', error).message}\n`, () => process.exit(1));
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? undefined : 1));
}

/** Writes to standard output, waiting for a slow reader. */
export function write(text: string): Promise<void> | void {
  if (process.stdout.write(text)) return;
  return new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });
}

/** Prints a line. */
export const print = (line = ''): Promise<void> | void => write(`${line}\n`);

/** Columns, each as wide as its widest cell; those named in `right` are aligned to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

/** Text broken into lines of at most `width`, those after the first indented. */
export function wrap(text: string, indent: number, width = 100): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width - indent) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** JSON, in which NaN and the infinities, which it has no form for, are words. */
export const json = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x), 2);
