/** Hashes of every loss's results, the same in every engine. Nothing here depends on one, and only exact arithmetic makes the data. */
import { cases } from './cases.mjs';

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
  if (domain === 'binary' || domain === 'rowBinary') return next() & 1;
  const fraction = (next() >>> 12) / 2 ** 20 + (double ? (next() >>> 12) / 2 ** 40 : 0);
  if (domain === 'unit') return 0.0625 + 0.875 * fraction;
  const exponent = (next() % 13) - 6;
  const magnitude = (0.5 + fraction) * 2 ** exponent;
  return next() & 1 ? -magnitude : magnitude;
}

/** The inputs of a case. */
function data({ dtype, rows, width, inputs, seed }) {
  return inputs.split(' ').map((domain, i) => {
    const next = generator(seed + i);
    if (domain === 'label') return Int32Array.from({ length: rows }, () => next() % width);
    const Floats = dtype === 'float32' ? Float32Array : Float64Array;
    const length = domain === 'rowBinary' ? rows : rows * width;
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

/** What a loss gives for these rows: values, gradients, second derivatives, and the sum. `take` gives the inputs, anew for each call. */
function results(loss, one, take, rows, more = {}) {
  const options = { ...one.options, ...more };
  if (one.shape === 'regularizer') {
    const { value, grad } = loss.valueAndGrad(...take(), options);
    return { samples: [], derivatives: [grad], sum: value };
  }
  options.batch = rows;
  const sum = loss(...take(), { ...one.options, batch: rows, reduction: 'sum' });
  if (one.shape === 'batch') {
    const { grad } = loss.valueAndGrad(...take(), { ...options, reduction: 'sum' });
    return { samples: loss(...take(), { ...options, reduction: 'none' }), derivatives: arraysOf(loss, grad), sum };
  }
  const form = one.shape === 'embeddings' ? 'valueAndGrad' : 'valueGradHess';
  const { value, grad, hess } = loss[form](...take(), { ...options, reduction: 'none' });
  return { samples: value, derivatives: [...arraysOf(loss, grad), ...arraysOf(loss, hess)], sum };
}

const flat = ({ samples, derivatives, sum }) => [...samples, ...derivatives.flatMap((x) => [...x]), sum];

/** In WebAssembly's memory, at an odd address. */
function resident(losskit, loss, one, inputs) {
  const buffers = inputs.map((x) => {
    const buffer = losskit.allocate(x instanceof Int32Array ? 'int32' : one.dtype, x.length + 1);
    buffer.array.set(x, 1);
    return buffer;
  });
  // Growth detaches views, so each call has its own.
  const take = () => buffers.map((buffer) => buffer.array.subarray(1));
  const got = hash(flat(results(loss, one, take, one.rows)));
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

/** One line for each case: what the host's test needs, and the hash; `differ` has what doesn't keep to one hash by itself. */
export async function hashes(losskit) {
  await losskit.init({ backend: 'wasm' });
  const differ = [];
  const lines = cases.map((one) => {
    const loss = losskit[one.name.split('/')[0]];
    const inputs = data(one);
    const whole = results(loss, one, () => inputs, one.rows);
    const bits = hash(flat(whole));
    const place = `${one.name} ${one.dtype} ${one.rows}x${one.width}`;
    const same = (way, got) => got === bits || differ.push(`${place}: ${way} has other bits`);
    same('resident', resident(losskit, loss, one, inputs));
    const apart = one.shape !== 'batch' && one.shape !== 'regularizer';
    if (apart) same('in pieces', pieces(loss, one, inputs, whole.sum));
    if (one.shape !== 'batch' && one.shape !== 'embeddings' && whole.derivatives.length < 3) {
      same('in place', inPlace(loss, one, inputs));
    }
    const vector = one.options.classWeight ?? [];
    return `${place} seed=${one.seed} inputs=${one.inputs.replaceAll(' ', ',')} params=${one.params} vector=${vector} ${bits}`;
  });
  return { lines, differ };
}
