/**
 * Hashes of every loss's results, the same in every engine: of the calls that test/bits/hashes.txt lists, a line each. Nothing here
 * depends on an engine, and only exact arithmetic makes the data.
 */

/** Whole numbers of 32 bits (mulberry32). */
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** One number: of 20 random bits as a float, 40 as a double. */
function draw(next, domain, double) {
  if (domain === 'sign') return 2 * (next() & 1) - 1;
  if (domain === 'binary') return next() & 1;
  const fraction = (next() >>> 12) / 2 ** 20 + (double ? (next() >>> 12) / 2 ** 40 : 0);
  if (domain === 'unit') return 0.0625 + 0.875 * fraction;
  const exponent = (next() % 13) - 6;
  const magnitude = (0.5 + fraction) * 2 ** exponent;
  const isNegative = next() & 1;
  return isNegative && domain === 'real' ? -magnitude : magnitude;
}

/** The calls in the text of test/bits/hashes.txt: its lines without their hashes. */
export const callsOf = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.lastIndexOf(' ')));

/** Steps of a sequence, and its labels: enough for what is done once in many steps. */
const [steps, spelt] = [70, 7];

/** Pixels of an image: more than kernels take together, and some. */
const pixels = 150;

/** A line of the file, without its hash. */
function parse(line) {
  const [name, dtype, size, options, ...fields] = line.split(' ');
  const [rows, width] = size.split('x').map(Number);
  const field = (key) => fields.find((one) => one.startsWith(`${key}=`)).slice(key.length + 1);
  return {
    name,
    dtype,
    rows,
    width,
    options: JSON.parse(options),
    inputs: field('inputs').split(','),
    shape: field('shape'),
    seed: Number(field('seed')),
  };
}

/** The inputs of a case. */
function data({ dtype, rows, width, inputs, seed, shape, options }) {
  const isSequence = shape === 'sequence';
  // Of what has more than one row of numbers a sample.
  const each = isSequence ? steps : shape === 'region' ? pixels : 1;
  return inputs.map((input, i) => {
    const next = generator(seed + i);
    const [domain, per] = input.split('/');
    // Of a sequence none is the blank.
    const spell = () => ((options.blank ?? 0) + 1 + (next() % (width - 1))) % width;
    if (domain === 'labels' && isSequence) return Int32Array.from({ length: rows * spelt }, spell);
    const labels = shape === 'region' ? rows * pixels : rows;
    if (domain === 'labels') return Int32Array.from({ length: labels }, () => next() % width);
    const Floats = dtype === 'float32' ? Float32Array : Float64Array;
    // A linear layer's inputs are hidden, weight and bias.
    const layer = [rows * options.dim, width * options.dim, width][i];
    const length = shape === 'linear' ? layer : per === 'row' ? rows : rows * width * each;
    return Floats.from({ length }, () => draw(next, domain, dtype === 'float64'));
  });
}

const view = new DataView(new ArrayBuffer(8));

/** The hash of numbers, as doubles; NaN has but one. */
function hash(numbers) {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (const x of numbers) {
    view.setFloat64(0, Number.isNaN(x) ? Number.NaN : x);
    for (const word of Number.isNaN(x) ? [0, 0x7ff80000] : [view.getUint32(4), view.getUint32(0)]) {
      a = Math.imul(a ^ word, 0x85ebca6b);
      a ^= a >>> 13;
      b = Math.imul(b ^ word, 0xc2b2ae35);
      b ^= b >>> 16;
    }
  }
  return [a, b].map((x) => (x >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Gradients in the order of the inputs: one array, or one for each differentiable input. */
const arraysOf = (loss, x) =>
  x === undefined ? [] : ArrayBuffer.isView(x) ? [x] : loss.info.differentiable.map((name) => x[name]);

/** A call of a loss with arrays in the order of its inputs. */
const call = (loss, form, arrays, options) => {
  const { byName, inputs } = loss.info;
  const args = byName ? [Object.fromEntries(inputs.map(({ name }, i) => [name, arrays[i]]))] : arrays;
  return form === '' ? loss(...args, options) : loss[form](...args, options);
};

/** What a loss gives for these rows: values, gradients, second derivatives, and the sum. `take` gives the inputs, anew for each call. */
function results(loss, one, take, rows, more = {}) {
  const { shape, hessian, noHessianWith } = loss.info;
  // The number of sequences doesn't say how wide their steps are.
  const own = shape === 'sequence' || shape === 'region' ? { ...one.options, classes: one.width } : one.options;
  const options = { ...own, ...more };
  if (shape === 'regularizer') {
    const { value, grad } = call(loss, 'valueAndGrad', take(), options);
    return { samples: [], derivatives: [grad], sum: value };
  }
  options.batch = rows;
  const sum = call(loss, '', take(), { ...own, batch: rows, reduction: 'sum' });
  if (shape === 'batch') {
    const { grad, parameterGrad } = call(loss, 'valueAndGrad', take(), { ...options, reduction: 'sum' });
    // The gradient may lie over the input, which is taken anew.
    const samples = call(loss, '', take(), { ...options, reduction: 'none', out: undefined });
    return { samples, derivatives: [...arraysOf(loss, grad), Object.values(parameterGrad)], sum };
  }
  const given = ([name, { default: fallback }]) => noHessianWith.includes(name) && (own[name] ?? fallback) !== fallback;
  const hasHess = hessian && !Object.entries(loss.info.parameters).some(given);
  const form = hasHess ? 'valueGradHess' : 'valueAndGrad';
  const { value, grad, hess } = call(loss, form, take(), { ...options, reduction: 'none' });
  return { samples: value, derivatives: [...arraysOf(loss, grad), ...arraysOf(loss, hess)], sum };
}

/** What a linear layer gives before a loss: gradients by name, and the sum. Without labels the target is 0. */
function layerResults(losskit, one, take, more = {}) {
  const [hidden, weight, bias, labels] = take();
  const head = losskit[one.name] ?? losskit.linear(losskit.mse);
  const target = labels ?? new hidden.constructor(one.rows * one.width);
  const { value, grad } = head.valueAndGrad(hidden, weight, target, {
    ...one.options,
    bias,
    reduction: 'sum',
    ...more,
  });
  return { samples: [], derivatives: [grad.hidden, grad.weight, grad.bias], sum: value };
}

const flat = ({ samples, derivatives, sum }) => [...samples, ...derivatives.flatMap((x) => [...x]), sum];

/** In WebAssembly's memory, at an odd address. */
function resident(losskit, one, inputs, resultsOf) {
  const buffers = inputs.map((x) => {
    const buffer = losskit.allocate(x instanceof Int32Array ? 'int32' : one.dtype, x.length + 1);
    buffer.array.set(x, 1);
    return buffer;
  });
  // Growth detaches views, so each call has its own.
  const take = () => buffers.map((buffer) => buffer.array.subarray(1));
  const got = hash(flat(resultsOf(take)));
  for (const buffer of buffers) buffer.free();
  return got;
}

/** Cut into pieces of 1, 2, 3 … rows, put together again. */
function pieces(loss, one, inputs, sum) {
  const whole = { samples: [], derivatives: [], sum };
  for (let from = 0, n = 1; from < one.rows; from += n, n++) {
    const to = Math.min(one.rows, from + n);
    const part = inputs.map((x) => x.subarray((from * x.length) / one.rows, (to * x.length) / one.rows));
    const { samples, derivatives } = results(loss, one, () => part, to - from);
    whole.samples.push(...samples);
    derivatives.forEach((x, i) => {
      whole.derivatives[i] = [...(whole.derivatives[i] ?? []), ...x];
    });
  }
  return hash(flat(whole));
}

/** With gradients written over the input, where there is one. */
function inPlace(loss, one, inputs) {
  const out = inputs[0].slice();
  return hash(flat(results(loss, one, () => [out, ...inputs.slice(1)], one.rows, { out })));
}

/** The lines with their hashes; `differ` has what doesn't keep to one hash by itself. */
export async function hashes(losskit, lines) {
  await losskit.init({ backend: 'wasm' });
  const differ = [];
  const hashed = lines.map((line) => {
    const one = parse(line);
    const loss = losskit[one.name];
    const inputs = data(one);
    const resultsOf =
      one.shape === 'linear'
        ? (take) => layerResults(losskit, one, take)
        : (take) => results(loss, one, take, one.rows);
    const whole = resultsOf(() => inputs);
    const bits = hash(flat(whole));
    const same = (way, got) => got === bits || differ.push(`${line}: ${way} has other bits`);
    same('resident', resident(losskit, one, inputs, resultsOf));
    if (one.shape === 'linear') {
      const own = inputs[0].slice();
      const take = () => [own, ...inputs.slice(1)];
      same('in place', hash(flat(layerResults(losskit, one, take, { out: { hidden: own } }))));
      return `${line} ${bits}`;
    }
    const { shape, differentiable } = loss.info;
    // A list with one number a class goes with whole rows.
    if (shape !== 'batch' && shape !== 'regularizer') same('in pieces', pieces(loss, one, inputs, whole.sum));
    if (shape !== 'batch' && differentiable.length === 1) same('in place', inPlace(loss, one, inputs));
    return `${line} ${bits}`;
  });
  return { lines: hashed, differ };
}
