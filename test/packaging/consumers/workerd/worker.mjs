import { backend, mse } from 'losskit';

export default {
  fetch() {
    const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
    return Response.json({ ...backend(), value, grad: [...grad] });
  },
};
