/** deepbox: its differentiable losses on GradTensors. */
import { readFileSync } from 'node:fs';
import * as nd from 'deepbox/ndarray';
import * as nn from 'deepbox/nn';
import { serve } from './server.mjs';

const { version } = JSON.parse(readFileSync(new URL('node_modules/deepbox/package.json', import.meta.url)));

const known = {
  mse: nn.mseLoss,
  mae: nn.maeLoss,
  binaryCrossEntropy: nn.binaryCrossEntropyLoss,
  binaryCrossEntropyWithLogits: nn.binaryCrossEntropyWithLogitsLoss,
  crossEntropy: nn.crossEntropyLoss,
};

await serve(version, (one, inputs) => {
  const loss = known[one.variant];
  if (!loss) return undefined;
  const [leaf] = one.grads;
  const [, target] = Object.values(inputs);
  const shape = one.width === 1 ? [one.rows] : [one.rows, one.width];
  const x = nd.GradTensor.fromTensor(nd.tensor(inputs[leaf]).reshape(shape), { requiresGrad: true });
  // Binary losses want their targets as GradTensors too, and in columns.
  const y =
    target instanceof Int32Array
      ? nd.tensor(target)
      : nd.GradTensor.fromTensor(nd.tensor(target).reshape(shape), { requiresGrad: false });
  const step = () => {
    x.zeroGrad();
    const value = loss(x, y);
    value.backward();
    return value;
  };
  const result = () => {
    const value = step();
    return { value: Number(value.tensor.data[0]), grads: [x.grad.data] };
  };
  return { step, result };
});
