/** Numbers by which objects are known again: to remember a number keeps nothing alive. */

let last = 0;

/** A number that no object has. */
export const newNumber = (): number => ++last;

const numbers = /* @__PURE__ */ new WeakMap<object, number>();

/** The number of an object that was given one; 0 for anything else. */
export const numberOf = (x: unknown): number => numbers.get(x as object) ?? 0;

/** The number of an object, which it is given now if it has none. */
export function numbered(x: object): number {
  const known = numbers.get(x);
  if (known !== undefined) return known;
  const made = newNumber();
  numbers.set(x, made);
  return made;
}
