import { binaryCrossEntropy, crossEntropy, mse } from 'losskit';
import { Tensor } from 'onnxruntime-common';
import { equal, f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

const logits = new Tensor('float32', [1, 2, 3, 4, 0, 6], [3, 2]);
holds(logits, f32(1, 2, 3, 4, 0, 6));
holds(logits.reshape([2, 3]), f32(1, 2, 3, 4, 0, 6));
holds(new Tensor('float64', [1, 2], [2]), f64(1, 2));
holds(new Tensor('float32', [7], []), f32(7));
holds(new Tensor('float32', [], [0, 3]), f32());
holds(new Tensor('int8', [-1, 2], [2]), f64(-1, 2));
holds(new Tensor('bool', [true, false], [2]), f64(1, 0));
// 1, -2.5, the smallest subnormal and infinity; where the engine has a Float16Array, ort gives one.
const bits = Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x7c00);
const halves = globalThis.Float16Array ? new globalThis.Float16Array(bits.buffer) : bits;
holds(new Tensor('float16', halves, [2, 2]), f32(1, -2.5, 2 ** -24, Number.POSITIVE_INFINITY));

labelsHold(logits, new Tensor('int64', [1n, 0n, 1n], [3]));
labelsHold(logits, new Tensor('int64', BigInt64Array.of(1n, 0n, 1n), [3]));
labelsHold(logits, new Tensor('uint64', [1n, 0n, 1n], [3]));
labelsHold(logits, new Tensor('int32', [1, 0, 1], [3]));
labelsHold(logits, new Tensor('uint8', [1, 0, 1], [3]));
labelsHold(logits, new Tensor('float32', [0, 1, 1, 0, 0, 1], [3, 2]));
// As a language model gives them: [batch, tokens, vocabulary] against [batch, tokens].
labelsHold(logits.reshape([1, 3, 2]), new Tensor('int64', [1n, 0n, 1n], [1, 3]));
equal(
  crossEntropy(logits, new Tensor('int64', [1n, -100n, 1n], [3]), { ignoreIndex: -100 }),
  crossEntropy(f32(1, 2, 0, 6), [1, 1]),
);
equal(
  binaryCrossEntropy.valueAndGrad(new Tensor('float32', [0.5], [1]), new Tensor('bool', [true], [1])).grad,
  f32(-2),
);

shapesDiffer(logits, logits.reshape([2, 3]));
refuses(() => mse(new Tensor('string', ['a'], [1]), [1]), TypeError, /pred\.data\[0\] must be a number, got "a"/);
refuses(() => mse(new Tensor('int64', [1n], [1]), [1]), TypeError, /Float64Array\.from\(x\.data, Number\)/);
refuses(
  () => crossEntropy(logits, new Tensor('int64', [1n, 2n, 1n], [3])),
  RangeError,
  /^crossEntropy: labels\[1\] = 2 is out of range for 2 classes/,
);
const gpu = Tensor.fromGpuBuffer({}, { dataType: 'float32', dims: [1] });
refuses(() => mse(gpu, [1]), TypeError, /in CPU memory, got "gpu-buffer"; `await tensor\.getData\(\)`/);
const gone = new Tensor('float32', [1], [1]);
gone.dispose();
refuses(() => mse(gone, [1]), TypeError, /it was disposed/);
