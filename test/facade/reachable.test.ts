/** Nothing that a call was given or gave stays reachable by it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const floats = (n: number): Float32Array<ArrayBuffer> => new Float32Array(n).fill(0.5);

/** Runs a function that gives objects nobody else holds, and tells which of them are still there. */
async function left(run: () => { readonly [name: string]: object }): Promise<string[]> {
  const refs = Object.entries(run()).map(([name, object]) => [name, new WeakRef(object)] as const);
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    collect();
  }
  return refs.filter(([, ref]) => ref.deref() !== undefined).map(([name]) => name);
}

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  it.each([3, 5000, 200_000])('arrays of %i elements, options and results are let go', async (n) => {
    const kinds = [(k: number) => floats(k), (k: number) => Float64Array.from(floats(k))] as const;
    for (const make of kinds) {
      for (const times of [1, 2, 5]) {
        const still = await left(() => {
          const [pred, target, out, hessOut] = [make(n), make(n), make(n), make(n)];
          const options = { out, hessOut, delta: 2 };
          let result = {};
          for (let i = 0; i < times; i++) {
            L.mse(pred, target);
            result = L.huber.valueGradHess(pred, target, options);
          }
          const { grad } = L.mse.valueAndGrad(pred, target);
          return { pred, target, out, hessOut, options, result, grad };
        });
        expect(still).toEqual([]);
      }
    }
  });

  it('plain arrays, records of outputs and labels are let go', async () => {
    const still = await left(() => {
      const [a, b, c] = [Array.from(floats(6)), floats(6), Array.from(floats(6))];
      const out = { anchor: floats(6), positive: floats(6), negative: floats(6) };
      const [logits, labels, weights] = [floats(6), Int32Array.of(0, 1), [1, 2]];
      for (let i = 0; i < 4; i++) {
        L.triplet.valueAndGrad(a, b, c, { dim: 3, out });
        L.crossEntropy(logits, labels, { sampleWeight: weights });
        L.crossEntropy(logits, labels);
      }
      return { a, b, c, out, anchor: out.anchor, logits, labels, weights };
    });
    expect(still).toEqual([]);
  });

  it('what a call that failed was given is let go', async () => {
    const still = await left(() => {
      const [p, y, out] = [floats(5000).fill(2, 4000), floats(5000), floats(5000)];
      const options = { out, sampleWeight: floats(5000) };
      for (let i = 0; i < 3; i++) {
        expect(() => L.binaryCrossEntropy.valueAndGrad(p, y, options)).toThrow(RangeError);
        expect(() => L.mse.valueAndGrad(p, y, { ...options, out: floats(3) })).toThrow(RangeError);
        expect(() => L.elbo({ recon: p, target: y, mu: p, logVar: y }, { batch: 7 })).toThrow(RangeError);
      }
      return { p, y, out, options, weights: options.sampleWeight };
    });
    expect(still).toEqual([]);
  });

  it('a resident buffer that was freed is let go, and its view', async () => {
    const still = await left(() => {
      const [pred, target, out] = [L.allocate('float32', 8), L.allocate('float32', 8), L.allocate('float32', 8)];
      const options = { out };
      for (let i = 0; i < 4; i++) L.mse.valueAndGrad(pred, target, options);
      const view = pred.array;
      for (const buffer of [pred, target, out]) buffer.free();
      return { pred, target, out, options, view };
    });
    expect(still).toEqual([]);
  });
});
