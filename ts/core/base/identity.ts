/** Numbers by which objects are known again: to remember a number keeps nothing alive. */

const numbers = /* @__PURE__ */ new WeakMap<object, number>();
let last = 0;

/** The number of an object that was given one; 0 for anything else. */
export const numberOf = (x: unknown): number => numbers.get(x as object) ?? 0;

/** The number of an object, which it is given now if it has none. */
export function numbered(x: object): number {
  const known = numberOf(x);
  if (known !== 0) return known;
  numbers.set(x, ++last);
  return last;
}
