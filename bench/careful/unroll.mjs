/**
 * Unrolled loops for the careful JavaScript. V8 neither unrolls nor vectorises: a loop written out eight times, each with accumulators
 * of its own, runs up to twice as fast as the plain one. The bodies are written by hand; only the repetition is done here.
 */

/** Sums are independent in every one of so many copies. */
const COPIES = 8;

/** `body` with the names given a number of their own and [i] moved on by as much. */
function copy(body, names, k) {
  const numbered = body.replace(/\[i\]/g, k === 0 ? '[i]' : `[i + ${k}]`);
  return names.length === 0 ? numbered : numbered.replace(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), `$1${k}`);
}

/** Source text of `for (i = from; i < to; i++) body`, eight at a time; afterwards each of `sums` holds its total. */
export function loop(from, to, sums, body, copies = COPIES) {
  const locals = [...body.matchAll(/const (\w+)/g)].map(([, name]) => name);
  const names = [...sums, ...locals];
  const each = Array.from({ length: copies }, (_, k) => k);
  const zeros = sums.map((sum) => `let ${each.map((k) => `${sum}${k} = 0`).join(', ')};`);
  const totals = sums.map((sum) => `const ${sum} = ${each.map((k) => `${sum}${k}`).join(' + ')};`);
  const unrolled = each.map((k) => copy(body, names, k)).join('\n');
  return `${zeros.join('\n')}
    { let i = ${from};
      for (; i + ${copies - 1} < ${to}; i += ${copies}) { ${unrolled} }
      for (; i < ${to}; i++) { ${copy(body, names, 0)} } }
    ${totals.join('\n')}`;
}

/** A function of one record with these names in it. */
export const compile = (names, source) => new Function(`return function ({ ${names} }) { ${source} }`)();

/** A pointwise loss: its inputs, what is computed before the loop, what is done to each element, and the value in terms of `sum`. */
export const pointwise = (inputs, before, body, value) =>
  compile(`${inputs}, grad, n`, `${before}; ${loop('0', 'n', ['sum'], body)} return ${value};`);

/** Row by row: the largest element, then e^(z−max) into `grad` and their sum `s`; `more` is summed along with them. */
export const softmaxRows = (z, sums, more, after, exp = 'Math.exp(d)') => `
  const scale = 1 / rows;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * width;
    const end = start + width;
    let max = ${z}[start];
    // The jump is nearly always predicted: a new largest soon becomes rare.
    for (let i = start + 1; i < end; i++) if (${z}[i] > max) max = ${z}[i];
    ${loop('start', 'end', ['s', ...sums], `const d = ${z}[i] - max; const e = ${exp}; grad[i] = e; s += e; ${more}`, 2)}
    ${after}
  }
  return total * scale;`;

/** A variant of a loss: its `options`, or `dense` targets in place of labels. The name of its export begins with that of the loss. */
export const variant = (about, call) => Object.assign(call, about);
