/** Formulas of the user's own run in the middle of a call: whatever they do, the call is right or an error, and others are as ever. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

/** A square whose formula does something else when it comes to the target 7. */
function square(strange: () => void) {
  return L.defineLoss({
    name: 'square',
    value: (x, y) => {
      if (y === 7) strange();
      return (x - y) ** 2;
    },
    grad: (x, y) => 2 * (x - y),
  });
}

const [pred, target] = [Float32Array.of(1, 2, 3, 9), Float32Array.of(0, 0, 7, 8)];
const right = { value: (1 + 4 + 16 + 1) / 4, grad: Float32Array.of(0.5, 1, -2, 0.5) };

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('what they throw names the loss, and leaves outputs as they were', () => {
    const out = new Float32Array(4).fill(5);
    const cause = new Error('no');
    const loss = square(() => {
      throw cause;
    });
    for (const given of [{ out }, {}]) {
      expect(() => loss.valueAndGrad(pred, target, given)).toThrow(/^square: no$/);
    }
    try {
      loss(pred, target);
    } catch (error) {
      expect((error as Error).cause).toBe(cause);
    }
    expect([...out]).toEqual([5, 5, 5, 5]);
    expect(loss(pred.subarray(0, 2), target.subarray(0, 2))).toBe(2.5);
  });

  it('they may call losses, the same one too, write what the call reads, and let memory grow', () => {
    const x = L.allocate('float32', 4);
    const out = L.allocate('float32', 4);
    const large: { free(): void }[] = [];
    const inner: number[] = [];
    const loss = square(() => {
      inner.push(L.mse.valueAndGrad([5], [2]).value, loss([3], [1]), L.crossEntropy([0, 0], [1]));
      large.push(L.allocate('float64', 3e6));
      x.array.fill(100);
    });
    x.array.set(pred);
    const { value, grad } = loss.valueAndGrad(x, target, { out });
    expect(value).toBe(right.value);
    expect(grad).toBe(out.array);
    expect([...grad]).toEqual([...right.grad]);
    expect(inner).toEqual([9, 4, Math.LN2]);
    for (const buffer of [x, out, ...large]) buffer.free();
  });

  it('they may free or transfer what the call writes: a TypeError, and nobody else’s memory is written', () => {
    const out = L.allocate('float32', 4);
    const others: L.Resident<'float32'>[] = [];
    const loss = square(() => {
      if (others.length > 0) return;
      out.free();
      others.push(...Array.from({ length: 8 }, () => L.allocate('float32', 4)));
      for (const { array } of others) array.fill(5);
    });
    expect(() => loss.valueAndGrad(pred, target, { out })).toThrow(
      /^square: out: a float32 buffer of 4 elements was used after free/,
    );
    for (const { array } of others) expect([...array]).toEqual([5, 5, 5, 5]);
    for (const other of others) other.free();

    const buffer = L.allocate('float32', 4);
    const view = buffer.array;
    const again = square(() => buffer.free());
    // In ordinary memory nothing else comes to lie there.
    if (backend === 'wasm') expect(() => again.valueAndGrad(pred, target, { out: view })).toThrow(/^square: out/);

    const sent = new Float32Array(4);
    const sending = square(() => void structuredClone(sent, { transfer: [sent.buffer] }));
    expect(() => sending.valueAndGrad(pred, target, { out: sent })).toThrow(/^square: out is gone/);
    const input = pred.slice();
    const takes = square(() => void structuredClone(input, { transfer: [input.buffer] }));
    expect(takes(input, target)).toBe(right.value);
  });

  it('they may switch the backend', async () => {
    const pending: Promise<unknown>[] = [];
    const other = backend === 'wasm' ? 'reference' : 'wasm';
    const loss = square(() => pending.push(L.init({ backend: other })));
    expect(loss.valueAndGrad(pred, target)).toMatchObject(right);
    await Promise.all(pending);
    await L.init({ backend });
  });

  it('NaN is what they return, and what is no number is an error', () => {
    const odd = (value: () => unknown) => L.defineLoss({ name: 'odd', value: value as () => number, grad: () => 1 });
    expect(odd(() => Number.NaN)([1], [0])).toBeNaN();
    for (const value of [() => undefined, () => 'x', () => ({}), () => true, () => 1n, () => Symbol('x')])
      expect(() => odd(value)([1], [0])).toThrow(/^odd: value must be a formula that returns a number/);
  });
});
