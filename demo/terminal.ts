/** What the demo draws: headings, a progress bar, curves. On anything but a terminal, plain lines without escape codes. */

const terminal = process.stdout.isTTY === true;
const coloured = terminal && !process.env.NO_COLOR;
const styled = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Emphasis, where there is a terminal. */
export const bold = (text: string): string => styled(1, text);
/** Less than normal, where there is a terminal. */
export const dim = (text: string): string => styled(2, text);

/** Prints lines. */
export const print = (...lines: string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);

/** Prints a heading. */
export const heading = (text: string): boolean => print('', bold(text), '');

/** A line that fills up as work gets done; elsewhere than on a terminal, a plain line at each quarter. */
export class Progress {
  readonly #label: string;
  #quarter = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** Shows the share that is done, and a note. */
  update(share: number, note: string): void {
    if (terminal) {
      const width = 28;
      const full = Math.round(share * width);
      process.stdout.write(`\r  ${this.#label} ${'█'.repeat(full)}${dim('░'.repeat(width - full))} ${note}\u001b[K`);
    } else if (share < 1 && Math.floor(share * 4) > this.#quarter) {
      this.#quarter = Math.floor(share * 4);
      print(`  ${this.#label} ${String(Math.round(share * 100)).padStart(3)} %  ${note}`);
    }
  }

  /** Replaces the bar by a last line. */
  done(note: string): void {
    if (terminal) process.stdout.write('\r\u001b[K');
    print(`  ${this.#label} ${note}`);
  }
}

/** A canvas of braille characters, each of 2 × 4 dots. */
class Dots {
  readonly #rows: Uint8Array[];
  readonly width: number;
  readonly height: number;

  constructor(columns: number, lines: number) {
    this.width = columns * 2;
    this.height = lines * 4;
    this.#rows = Array.from({ length: lines }, () => new Uint8Array(columns));
  }

  set(x: number, y: number): void {
    // The bits of a braille character go down its two columns, the lowest dots last.
    const bits = [
      [0x01, 0x08],
      [0x02, 0x10],
      [0x04, 0x20],
      [0x40, 0x80],
    ];
    this.#rows[y >> 2]![x >> 1]! |= bits[y & 3]![x & 1]!;
  }

  lines(): string[] {
    return this.#rows.map((row) => String.fromCharCode(...Array.from(row, (dots) => 0x2800 + dots)));
  }
}

/** A curve over a logarithmic axis from 1 to the number of values, each place the mean of its own stretch. */
export function curve(values: readonly number[], caption: string, columns = 60, lines = 9): string {
  const dots = new Dots(columns, lines);
  const means = Array.from({ length: dots.width }, (_, x) => {
    const from = Math.floor(values.length ** (x / dots.width)) - 1;
    const to = Math.floor(values.length ** ((x + 1) / dots.width));
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  });
  const high = Math.max(...means);
  const low = Math.min(...means);
  let before = -1;
  means.forEach((mean, x) => {
    const y = Math.round(((high - mean) / (high - low || 1)) * (dots.height - 1));
    // Upright strokes join what lies apart.
    const from = before < 0 ? y : before;
    for (let at = Math.min(from, y); at <= Math.max(from, y); at++) dots.set(x, at);
    before = y;
  });
  const left = (line: number): string => (line === 0 ? high.toFixed(2) : line === lines - 1 ? low.toFixed(2) : '');
  const drawn = dots.lines().map((text, line) => `  ${left(line).padStart(6)} ${dim('┤')}${text}`);
  return [...drawn, `  ${' '.repeat(6)} ${dim(`└${'─'.repeat(columns)}`)}`, `  ${' '.repeat(8)}${dim(caption)}`].join(
    '\n',
  );
}

/** Marks at their places in the plane; the few far out are drawn at the edge. */
export function scatter(points: ArrayLike<number>, marks: readonly string[], columns: number, lines: number): string[] {
  const grid = Array.from({ length: lines }, () => new Array<string>(columns).fill(' '));
  const place = (axis: number, size: number) => {
    const sorted = marks.map((_, i) => points[2 * i + axis]!).sort((a, b) => a - b);
    const low = sorted[Math.floor(sorted.length * 0.02)]!;
    const high = sorted[Math.floor(sorted.length * 0.98)]!;
    const scale = (size - 1) / (high - low || 1);
    return (x: number): number => Math.min(size - 1, Math.max(0, Math.round((x - low) * scale)));
  };
  const column = place(0, columns);
  const line = place(1, lines);
  marks.forEach((mark, i) => {
    grid[line(points[2 * i + 1]!)]![column(points[2 * i]!)] = mark;
  });
  return grid.map((row) => row.join(''));
}
