/**
 * Functions in the order of their likeness: a packer needs fewer bits to say what is repeated if it isn't far away. The same loop for
 * float32 and float64, say, is otherwise half a module apart.
 */

/** Lines that are compared together. */
const WINDOW = 2;
/** So many functions count as near. This, and the window, by trial. */
const RECENT = 3;

/** The text format of a module, each function followed by the one that is most like the last few of those that are left. */
export function orderFunctions(wat) {
  const [head, ...functions] = wat
    .trimEnd()
    .replace(/\)$/, '')
    .trimEnd()
    .split(/\n(?= \(func )/);
  const parts = functions.map(windows);
  const left = new Set(functions.keys());
  const order = [];
  for (let next = 0; left.size > 0; next = mostLike(recent(parts, order), parts, left)) {
    order.push(next);
    left.delete(next);
  }
  return `${[head, ...order.map((i) => functions[i])].join('\n')}\n)\n`;
}

/** What a function consists of: every few lines that follow each other. */
function windows(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return new Set(lines.map((_, i) => lines.slice(i, i + WINDOW).join(' ')));
}

/** What the last functions consist of. */
const recent = (parts, order) => new Set(order.slice(-RECENT).flatMap((i) => [...parts[i]]));

/** The function that shares most with what came before; what it doesn't share counts against it. */
function mostLike(before, parts, left) {
  let [best, most] = [-1, -1];
  for (const other of left) {
    let shared = 0;
    for (const window of parts[other]) if (before.has(window)) shared++;
    const likeness = shared / Math.sqrt(parts[other].size);
    if (likeness > most) [best, most] = [other, likeness];
  }
  return best;
}
