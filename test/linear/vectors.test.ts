/** The golden vectors of losses with a linear layer before them, run by both backends: exact scores, and exact sums of what comes of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type FloatArray, init, linear } from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import { type Case, cases, list, mismatch, options as optionsOf } from '../support/vectors.ts';

type Head = ((...args: unknown[]) => number | FloatArray) & {
  valueAndGrad(...args: unknown[]): { value: number | FloatArray; grad: { [name: string]: FloatArray } };
};

const all = cases('linear');

/** The first difference between a case and what the head says; null if there is none. */
function check(c: Case): string | null {
  const Floats = c.fields.get('dtype') === 'float32' ? Float32Array : Float64Array;
  const floats = (key: string): FloatArray => Floats.from(list(c, key)!);
  const loss = (losses as unknown as Record<string, { info: { inputs: { name: string }[] } }>)[c.fields.get('loss')!]!;
  const other = loss.info.inputs[1]!.name;
  const target = c.fields.has('labels') ? Int32Array.from(list(c, 'labels')!) : floats(`in.${other}`);
  const reduction = c.fields.get('reduction');
  const options: { [name: string]: unknown } = { ...optionsOf(c), reduction, dim: list(c, 'dim')![0] };
  if (c.fields.has('bias')) options.bias = floats('bias');
  if (c.fields.has('weight')) options.sampleWeight = floats('weight');
  if (reduction === 'none') options.grads = ['hidden'];
  const head = linear(loss as never) as unknown as Head;
  const args = [floats('in.hidden'), floats('in.weight'), target, options];
  const { value, grad } = head.valueAndGrad(...args);
  expect(head(...args), c.place).toEqual(value);
  const bad = mismatch(c, 'value', typeof value === 'number' ? [value] : value);
  if (bad !== null) return bad;
  const names = [...c.fields.keys()].filter((key) => /^grad\.\w+$/.test(key)).map((key) => key.slice(5));
  expect(Object.keys(grad), c.place).toEqual(names);
  return names.map((name) => mismatch(c, `grad.${name}`, grad[name]!)).find((text) => text !== null) ?? null;
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  it.each([...new Set(all.map((c) => c.fields.get('loss')!))])('linear(%s)', (name) => {
    const own = all.filter((c) => c.fields.get('loss') === name);
    expect(own.length).toBeGreaterThan(5);
    expect(own.map(check).filter((text) => text !== null)).toEqual([]);
  });
});
