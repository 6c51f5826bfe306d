/** Numbers from the command line itself, in place of a file. */
import type { Numbers } from './dtype.ts';
import type { Source } from './source.ts';

export class NumbersSource implements Source {
  readonly path: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype = 'float64';
  readonly kind = 'int';
  readonly unit = 1;
  readonly bytes = 0;
  readonly #numbers: readonly number[];

  constructor(option: string, numbers: readonly number[]) {
    this.path = `--${option.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    this.shape = [numbers.length];
    this.size = numbers.length;
    this.#numbers = numbers;
  }

  read(start: number, into: Numbers): void {
    for (let i = 0; i < into.length; i++) into[i] = this.#numbers[start + i]!;
  }

  close(): void {}
}
