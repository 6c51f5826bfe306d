/** What people bring, against the same numbers as float32 arrays in order. */
import { toResident } from '../lib/bind.mjs';
import { kinds } from '../lib/data.mjs';

/** Half-precision bits of small whole numbers and of halves of them, which data here is rounded to. */
const halfBits = (x) => {
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  return (x < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.round((Math.abs(x) / 2 ** exponent - 1) * 1024);
};

/** Types by name: the same numbers in another array. */
const types = {
  uint8: (x) => Uint8Array.from(x),
  int32: (x) => Int32Array.from(x),
  int64: (x) => BigInt64Array.from(x, BigInt),
  float16: (x) => ({ data: Uint16Array.from(x, halfBits), dims: [x.length], type: 'float16' }),
  float64: (x) => Float64Array.from(x),
  boolean: (x) => Array.from(x, (y) => y === 1),
};

const size = 2 ** 18;

/** A target of another type beside float32 predictions. */
const target = (loss, type, most) => ({
  loss,
  id: `${loss}@${type} target`,
  targets: { value: most, gradient: most },
  rows: size,
  make: (rows) => {
    const [pred, y] = [kinds.normal(rows, 1, 1), kinds.binary(rows, 1, 2)];
    return { plain: [pred, y, {}], brought: [pred, types[type](y), {}] };
  },
});

/** Predictions of half precision. */
const halves = (loss) => ({
  loss,
  id: `${loss}@float16 both`,
  targets: { value: 2.2, gradient: 2.2 },
  rows: size,
  make: (rows) => {
    const [pred, y] = [kinds.normal(rows, 1, 1).map(Math.round), kinds.binary(rows, 1, 2)];
    return { plain: [pred, y, {}], brought: [types.float16(pred), types.float16(y), {}] };
  },
});

/** Class labels of another type. */
const labels = (type, width) => ({
  loss: 'crossEntropy',
  id: `crossEntropy@${type} labels of ${width}`,
  targets: { value: 1.3, gradient: 1.3 },
  rows: size / width,
  width,
  make: (rows, columns) => {
    const [logits, y] = [kinds.logits(rows, columns, 1), kinds.labels(rows, columns, 2)];
    return { plain: [logits, y, {}], brought: [logits, types[type](y), {}] };
  },
});

/** All but the last of each sequence: [batch, steps − 1, width] of [batch, steps, width]. */
const shifted = (loss, batch, steps, width, kind, most) => ({
  loss,
  id: `${loss}@[${batch}, ${steps - 1}, ${width}] of [${batch}, ${steps}, ${width}]`,
  targets: { value: most, gradient: most },
  rows: batch,
  width,
  make: (rows, columns) => {
    const whole = kinds.logits(rows * steps, columns, 1);
    const stride = [steps * columns, columns, 1];
    const view = { data: whole, shape: [rows, steps - 1, columns], stride, offset: 0 };
    const parts = Array.from({ length: rows }, (_, b) => [
      ...whole.subarray(b * stride[0], (b + 1) * stride[0] - columns),
    ]);
    const y = kind(rows * (steps - 1), columns, 2);
    return { plain: [Float32Array.from(parts.flat()), y, {}], brought: [view, y, {}] };
  },
});

/** The classes second, and the same numbers with classes last. */
const channels = (images, classes, side, most, resident = false) => ({
  loss: 'crossEntropy',
  id: `crossEntropy@[${images}, ${classes}, ${side}, ${side}], axis 1${resident ? ', resident' : ''}`,
  targets: { value: most, gradient: most },
  rows: side,
  width: classes,
  resident,
  make: (height, columns) => {
    const pixels = height * height;
    const last = kinds.logits(images * pixels, columns, 1);
    const first = new Float32Array(last.length);
    for (let i = 0; i < images; i++) {
      for (let p = 0; p < pixels; p++) {
        for (let k = 0; k < columns; k++) first[(i * columns + k) * pixels + p] = last[(i * pixels + p) * columns + k];
      }
    }
    const y = kinds.labels(images * pixels, columns, 2);
    return { plain: [last, y, {}], brought: [first, y, { shape: [images, columns, height, height], axis: 1 }] };
  },
});

/** Targets that are left out, against weights of other numbers than 0, which take less to check. */
const ignored = (loss, domain, out, most, resident = false) => ({
  loss,
  id: `${loss}@ignoreTarget: ${out}${resident ? ', resident' : ''}`,
  targets: { value: most, gradient: most },
  rows: size,
  resident,
  areUnlike: true,
  make: (rows) => {
    const [pred, y, left] = [kinds.normal(rows, 1, 1), kinds[domain](rows, 1, 2), kinds.binary(rows, 1, 3)];
    const masked = y.map((t, i) => (left[i] === 1 ? t : out));
    const sampleWeight = left.map((x) => 1 + x);
    return { plain: [pred, y, { sampleWeight }], brought: [pred, masked, { ignoreTarget: out }] };
  },
});

const rows = [
  ...['mse', 'binaryCrossEntropyWithLogits'].flatMap((loss) => [
    target(loss, 'uint8', 1.3),
    target(loss, 'int32', 1.3),
    target(loss, 'float64', 1.3),
    target(loss, 'int64', 2.2),
    target(loss, 'float16', 2.2),
    target(loss, 'boolean', 2.2),
    halves(loss),
  ]),
  labels('uint8', 16),
  labels('int64', 16),
  shifted('crossEntropy', 32, 65, 128, kinds.labels, 1.3),
  shifted('crossEntropy', 4, 65, 1024, kinds.labels, 1.3),
  shifted('nll', 4, 65, 1024, kinds.labels, 1.3),
  shifted('mse', 32, 65, 128, kinds.normal, 1.3),
  channels(4, 21, 256, 1.5),
  channels(4, 21, 256, 1.5, true),
  channels(4, 64, 64, 1.5),
  channels(4, 64, 64, 1.5, true),
  channels(64, 21, 16, 1.5),
  ignored('binaryCrossEntropyWithLogits', 'binary', -1, 1.3),
  ignored('binaryCrossEntropyWithLogits', 'binary', Number.NaN, 1.3),
  ignored('binaryCrossEntropyWithLogits', 'binary', -1, 1.3, true),
  ignored('hinge', 'sign', 0, 1.3),
  ignored('hinge', 'sign', 0, 1.3, true),
  ignored('hinge', 'sign', Number.NaN, 1.3, true),
];

/** The calls of a loss on arguments, of which ordinary arrays are made resident where that is asked for. */
function callsOf({ loss, resident }, library, args) {
  const place = (x) => (resident && ArrayBuffer.isView(x) ? toResident(library, x) : x);
  const given = Object.fromEntries(Object.entries(args.at(-1)).map(([name, x]) => [name, place(x)]));
  const inputs = args.slice(0, -1).map(place);
  const length = inputs[0].length ?? (inputs[0].shape ?? inputs[0].dims).reduce((a, b) => a * b);
  const run = library[loss];
  const options = { ...given, out: place(new Float32Array(length)) };
  return {
    value: { call: () => run(...inputs, given), grads: {} },
    gradient: { call: () => run.valueAndGrad(...inputs, options).value, grads: {} },
  };
}

export const inputs = {
  title: 'Inputs as they come',
  note: 'time over that of the same call on float32 arrays in order (ignoreTarget: with weights)',
  rows,
  ratios: { value: ['broughtValue', 'plainValue'], gradient: ['broughtGradient', 'plainGradient'] },
  better: { value: 'less', gradient: 'less' },
  sides: (one, library) => {
    const { plain, brought } = one.make(one.rows, one.width);
    const [calls, own] = [plain, brought].map((args) => callsOf(one, library, args));
    // What returns nothing isn't compared with the others.
    const against = ({ call, grads }) => ({ call: one.areUnlike ? () => void call() : call, grads });
    return {
      broughtValue: own.value,
      plainValue: against(calls.value),
      broughtGradient: own.gradient,
      plainGradient: against(calls.gradient),
    };
  },
  rivals: () => ({}),
};
