/** Calling a kernel with a list of arguments, without the array that a spread or `apply` would make for each call. */
import type { Kernel } from './compiled.ts';

/** Calls `k` with the first `count` of `a`. */
export function invoke(k: Kernel, a: readonly number[], count: number): number {
  const n = a as number[];
  switch (count) {
    case 6:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!);
    case 7:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!);
    case 8:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!);
    case 9:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!);
    case 10:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!, n[9]!);
    case 11:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!, n[9]!, n[10]!);
    case 12:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!, n[9]!, n[10]!, n[11]!);
    case 13:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!, n[9]!, n[10]!, n[11]!, n[12]!);
    case 14:
      return k(n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!, n[6]!, n[7]!, n[8]!, n[9]!, n[10]!, n[11]!, n[12]!, n[13]!);
    case 15:
      return k(
        n[0]!,
        n[1]!,
        n[2]!,
        n[3]!,
        n[4]!,
        n[5]!,
        n[6]!,
        n[7]!,
        n[8]!,
        n[9]!,
        n[10]!,
        n[11]!,
        n[12]!,
        n[13]!,
        n[14]!,
      );
    case 16:
      return k(
        n[0]!,
        n[1]!,
        n[2]!,
        n[3]!,
        n[4]!,
        n[5]!,
        n[6]!,
        n[7]!,
        n[8]!,
        n[9]!,
        n[10]!,
        n[11]!,
        n[12]!,
        n[13]!,
        n[14]!,
        n[15]!,
      );
    default:
      return k(...a.slice(0, count));
  }
}
