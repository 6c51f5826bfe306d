/** From a case to functions without arguments that compute the value and the gradient, ready to be timed. */
import { kinds } from './data.mjs';

/** Ordinary arrays for a case, at its own size or another, of floats or doubles. */
export function makeData(one, rows, columns = one.width, Type = Float32Array) {
  const { inputs, grads, options, steps = 1, spelt = 1 } = one;
  const n = rows * steps * columns;
  const data = { inputs: {}, grads: {}, n, rows, steps, width: columns, options };
  for (const [index, [name, kind]] of Object.entries(inputs).entries()) {
    // `binary/row` is one number a row.
    const [entry, per] = kind.split('/');
    const count = rows * (entry === 'spelling' ? spelt : steps);
    data.inputs[name] = kinds[entry](count, per === 'row' ? 1 : columns, 1000 + index, Type);
  }
  for (const name of grads) data.grads[name] = new Type(n);
  return data;
}

/** What careful JavaScript receives: one flat record of everything. */
export function carefulCall({ careful, grads }, data) {
  const buffers = Object.fromEntries(grads.map((name) => [grads.length === 1 ? 'grad' : `grad${capital(name)}`, name]));
  const outs = Object.fromEntries(Object.entries(buffers).map(([key, name]) => [key, data.grads[name]]));
  const { n, rows, steps, width, options } = data;
  const record = { ...data.inputs, ...outs, n, rows, steps, width, ...options };
  return () => careful(record);
}

const capital = (name) => name[0].toUpperCase() + name.slice(1);

/** The options of a losskit call: the case's own, the width, and where gradients go. */
function lossOptions({ grads, options, flat, spelt, shape }, { rows, width, steps }, outs) {
  const out = grads.length === 1 ? outs?.[grads[0]] : outs;
  // Images as networks give them: their classes before their pixels.
  if (shape === 'region') {
    return { ...options, shape: [rows, width, steps], axis: 1, activation: width === 1 ? 'sigmoid' : 'softmax', out };
  }
  return { ...options, ...(flat ? { batch: rows } : {}), ...(spelt ? { classes: width } : {}), out };
}

/** A losskit call on the arrays or resident buffers given, of `valueAndGrad` or the case's own method; nothing is made per call. */
export function lossCall(one, library, data, inputs = data.inputs, outs = data.grads) {
  const run = library[one.loss][one.method ?? 'valueAndGrad'];
  const options = lossOptions(one, data, outs);
  if (one.byName) return () => run(inputs, options).value;
  const [a, b, c] = Object.values(inputs);
  if (c) return () => run(a, b, c, options).value;
  if (b) return () => run(a, b, options).value;
  return () => run(a, options).value;
}

/** The value alone. */
function valueCall(one, library, data, inputs) {
  const loss = library[one.loss];
  const { out, ...options } = lossOptions(one, data, undefined);
  if (one.byName) return () => loss(inputs, options);
  const [a, b, c] = Object.values(inputs);
  if (c) return () => loss(a, b, c, options);
  if (b) return () => loss(a, b, options);
  return () => loss(a, options);
}

const elementTypes = new Map([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int32Array, 'int32'],
]);

/** A resident buffer of the same numbers. */
export function toResident(library, array) {
  const buffer = library.allocate(elementTypes.get(array.constructor), array.length);
  buffer.array.set(array);
  return buffer;
}

/** Resident buffers for a record of arrays. */
export const allResident = (library, record) =>
  Object.fromEntries(Object.entries(record).map(([name, array]) => [name, toResident(library, array)]));

/** The same on resident buffers filled with the data; `grads` are the buffers that hold the gradients afterwards. */
export function residentCall(one, library, data) {
  const [inputs, grads] = [data.inputs, data.grads].map((record) => allResident(library, record));
  const free = () => {
    for (const buffer of [...Object.values(inputs), ...Object.values(grads)]) buffer.free();
  };
  return {
    call: lossCall(one, library, data, inputs, grads),
    value: valueCall(one, library, data, inputs),
    grads,
    free,
  };
}
