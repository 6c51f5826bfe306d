/** Ownership: a call uses up one reference of each array, whatever becomes of it, and what it gives is its own. */
import { init, numpy as np } from '@jax-js/jax';
import { accumulator, crossEntropy, entropy, mse, objective } from 'losskit';
import { equal, f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

await init('cpu');
const make = () => np.array([1, 2, 3, 4, 0, 6]).reshape([3, 2]);
holds(make(), f32(1, 2, 3, 4, 0, 6));
holds(make().transpose(), f32(1, 3, 0, 2, 4, 6));
holds(np.array([1, -2], { dtype: np.int32 }), f64(1, -2));
equal(mse.valueAndGrad(np.array([1, 2]), np.array([true, false])).grad, f32(0, 2));
labelsHold(make(), np.array([1, 0, 1], { dtype: np.int32 }));
labelsHold(make(), np.array([0, 1, 1, 0, 0, 1]).reshape([3, 2]));

/** A call that takes `x.ref` leaves `x` as it was; without `.ref` it would have freed it. */
function usesOne(call) {
  const x = make();
  call(x.ref);
  equal(x.refCount, 1);
  call(x);
  equal(x.refCount, 0);
}
usesOne((x) => mse(x, np.zeros([3, 2])));
usesOne((x) => mse.valueAndGrad(x, np.zeros([3, 2])));
usesOne((x) => mse.valueGradHess(x, np.zeros([3, 2])));
usesOne((x) => mse(np.zeros([3, 2]), x, { reduction: 'none' }));
usesOne((x) => mse(np.zeros([3, 2]), np.zeros([3, 2]), { sampleWeight: x }));
usesOne((x) => crossEntropy.valueAndGrad(x, [1, 0, 1]));
usesOne((x) => entropy(x.div(6), { classes: 2 }));
usesOne((x) => accumulator(mse).add(x, np.zeros([3, 2])));
usesOne((x) => objective({ loss: mse }).valueAndGrad([x, np.zeros([3, 2])], f32()));

const kept = make();
shapesDiffer(kept.ref, np.zeros([2, 3]));
equal(kept.refCount, 1);
// What is refused before anything is read uses nothing up.
refuses(() => mse(kept, kept, { margin: 1 }), TypeError, /unknown option `margin`/);
equal(kept.refCount, 1);
// The gradient is the caller's: freeing the array doesn't touch it.
const { grad } = mse.valueAndGrad(kept, np.zeros([3, 2]));
const copy = Array.from(grad);
for (let i = 0; i < 100; i++) np.zeros([3, 2]).dataSync();
equal(Array.from(grad), copy);
equal(np.array(grad).reshape([3, 2]).shape, [3, 2]);
refuses(() => mse(kept, [1]), TypeError, /pred could not be read: Referenced tracer .* freed, please use \.ref/);
const both = make();
refuses(() => mse(both, both), TypeError, /target could not be read: .* use \.ref/);
