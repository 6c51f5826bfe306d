import { test } from 'vitest';
import * as L from '../ts/index.ts';

test('smoke', async () => {
  for (const name of ['wasm', 'reference'] as const) {
    await L.init({ backend: name });
    console.log(L.backend());
    const f = Float32Array.of(1, 2, 4),
      t = Float32Array.of(0, 2, 1);
    const tryIt = (label: string, fn: () => unknown) => {
      try {
        console.log(label, JSON.stringify(fn()));
      } catch (e) {
        console.log(label, String(e));
      }
    };
    tryIt('huber', () => L.huber.valueGradHess(f, t, { delta: 1.5 }));
    tryIt('mse none', () => L.mse.valueAndGrad(f, t, { reduction: 'none', sampleWeight: [1, 0, 2] }));
    const x = L.allocate('float32', 3),
      g = L.allocate('float32', 3);
    x.array.set(f);
    tryIt('mse res', () => L.mse.valueAndGrad(x, t, { out: g }));
    tryIt('mse inplace', () => L.mse.valueAndGrad(x, t, { out: x }));
    x.free();
    tryIt('mse freed', () => L.mse.valueAndGrad(x, t, { out: x }));
    tryIt('typo', () => (L.mse as any)(f, t, { reducton: 'sum' }));
    tryIt('len', () => L.mse(f, [1, 2]));
    tryIt('mix', () => L.mse(f, new Float64Array(3)));
    tryIt('dom', () => L.binaryCrossEntropy(f, t));
    tryIt('bce', () =>
      L.binaryCrossEntropyWithLogits.valueGradHess([1, 2, 3, 4], [0, 1, 1, 0], {
        posWeight: [2, 3],
        sampleWeight: [1, 2],
      }),
    );
    tryIt('gnll', () => L.gaussianNll.valueGradHess(f, t, f));
    tryIt('l2', () => L.l2.valueAndGrad(f, { half: true }));
    tryIt('l2', () => (L.l2 as any).valueGradHess(f, { half: true }));
    tryIt('ce', () =>
      L.crossEntropy.valueGradHess(
        [
          [1, 2, 3],
          [1, 0, 0],
        ],
        [2, 0],
        { labelSmoothing: 0.1, classWeight: [1, 2, 3] },
      ),
    );
    tryIt('ce dense', () =>
      L.crossEntropy.valueGradHess(
        [
          [1, 2, 3],
          [1, 0, 0],
        ],
        [
          [0, 0, 1],
          [1, 0, 0],
        ],
        { labelSmoothing: 0.1, classWeight: [1, 2, 3] },
      ),
    );
    tryIt('ce bad', () =>
      L.crossEntropy(
        [
          [1, 2, 3],
          [1, 0, 0],
        ],
        [2, 12],
      ),
    );
    tryIt('focal', () => L.focal.valueAndGrad([1, 2, 3, 1, 0, 0], [2, -1], { alpha: 0.5, ignoreIndex: -1 }));
    tryIt('kl', () => L.klDivergence.valueAndGrad([[0.5, 0.5]], [[0.1, 0.9]]));
    tryIt('entropy', () => L.entropy.valueAndGrad([[0.5, 0.5]]));
    tryIt('gkl', () => L.gaussianKl.valueAndGrad([[0.5, 0.5]], [[0.1, 0.9]]));
    tryIt('triplet', () => L.triplet.valueAndGrad(f, t, f, { dim: 3 }));
    tryIt('contr', () => L.contrastive.valueAndGrad(f, t, [1]));
    tryIt('ntx', () =>
      L.ntXent.valueAndGrad(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 1],
          [2, 0],
        ],
      ),
    );
    tryIt('ntx none', () =>
      L.ntXent(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 1],
          [2, 0],
        ],
        { reduction: 'none' },
      ),
    );
    tryIt('elbo', () =>
      L.elbo.valueAndGrad(
        { recon: [1, 2, 3, 4], target: [0, 1, 1, 0], mu: [1, 2], logVar: [0, 0.5] },
        { batch: 2, beta: 2 },
      ),
    );
    tryIt('elbo none', () =>
      L.elbo.valueGradHess(
        { recon: [1, 2, 3, 4], target: [0, 1, 1, 0], mu: [1, 2], logVar: [0, 0.5] },
        { batch: 2, beta: 2, reduction: 'none', likelihood: 'gaussian', variance: 2 },
      ),
    );
    tryIt('acc', () => {
      const a = L.accumulator(L.huber, { delta: 2 });
      a.add(f, t).add([1], [3], { sampleWeight: [2] });
      const b = L.accumulator.from(JSON.parse(JSON.stringify(a)));
      b.merge(a);
      return [a.value(), b.value(), b.count, b];
    });
    tryIt('acc elbo', () =>
      L.accumulator(L.elbo, { beta: 2 })
        .add({ recon: [1, 2, 3, 4], target: [0, 1, 1, 0], mu: [1, 2], logVar: [0, 0.5] }, { batch: 2 })
        .value(),
    );
    tryIt('acc bad', () => L.accumulator(L.ntXent));
  }
  console.log(L.huber.info);
});
