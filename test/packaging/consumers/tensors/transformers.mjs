import { Tensor } from '@huggingface/transformers';
import { crossEntropy, mse, ntXent } from 'losskit';
import { equal, f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

const logits = new Tensor('float32', f32(1, 2, 3, 4, 0, 6), [3, 2]);
holds(logits, f32(1, 2, 3, 4, 0, 6));
holds(logits.transpose(1, 0), f32(1, 3, 0, 2, 4, 6));
holds(logits.slice([1, 3]), f32(3, 4, 0, 6));
holds(logits.slice(null, 1), f32(2, 4, 6));
holds(logits[1], f32(3, 4));
holds(logits.view(6), f32(1, 2, 3, 4, 0, 6));
holds(logits.unsqueeze(0).mean(1), f32(4 / 3, 4));
holds(logits.to('float64'), f64(1, 2, 3, 4, 0, 6));

labelsHold(logits, new Tensor('int64', [1n, 0n, 1n], [3]));
labelsHold(logits.unsqueeze(0), new Tensor('int64', [1n, 0n, 1n], [1, 3]));
labelsHold(logits, new Tensor('int64', [1n, 0n, 1n], [3]).to('int32'));

// Embeddings as a pipeline gives them, normalised by the library.
const a = logits.normalize(2, -1);
const b = new Tensor('float32', f32(2, 1, 1, 5, 1, 1), [3, 2]);
equal(ntXent(a, b), ntXent(a.data, b.data, { dim: 2 }));
// What losses give goes back in one line.
const { grad } = crossEntropy.valueAndGrad(logits, [1, 0, 1]);
equal(new Tensor('float32', grad, logits.dims).dims, [3, 2]);

shapesDiffer(logits, logits.view(2, 3));
refuses(() => mse(new Tensor('string', ['a'], [1]), [1]), TypeError, /must be a number, got "a"/);
