/** The golden vectors of a 60-digit oracle, run by both backends: value, gradient and second derivative of every case. */
import { beforeAll, describe, expect, it } from 'vitest';
import { backend, init } from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import { type Case, cases, hasVectors, list, mismatch, options as optionsOf, otherCases } from '../support/vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: the losses differ in their arguments; the vectors know them by name
type AnyLoss = any;
const table = Object.entries(losses as Record<string, AnyLoss>).filter(
  ([name, loss]) => loss.info !== undefined && (otherCases === undefined || hasVectors(name)),
);

/** The arguments and options of a case. */
function call(c: Case, loss: AnyLoss): { args: unknown[]; options: Record<string, unknown> } {
  const Floats = c.fields.get('dtype') === 'float32' ? Float32Array : Float64Array;
  const input = (name: string): unknown => {
    if ((name === 'target' || name === 'labels') && c.fields.has('labels')) return Int32Array.from(list(c, 'labels')!);
    return Floats.from(list(c, `in.${name}`)!);
  };
  const options: Record<string, unknown> = optionsOf(c);
  const { shape, byName, inputs } = loss.info;
  if (shape !== 'regularizer') options.reduction = c.fields.get('reduction');
  if (c.fields.has('weight')) options.sampleWeight = Floats.from(list(c, 'weight')!);
  if (c.fields.has('batch')) options.batch = list(c, 'batch')![0];
  if (c.fields.has('width')) options.classes = list(c, 'width')![0];
  const names: string[] = inputs.map(({ name }: { name: string }) => name);
  if (!byName) return { args: names.map(input), options };
  return { args: [Object.fromEntries(names.map((n) => [n, input(n)]))], options };
}

/** What a result holds for an input: the array itself where there is one differentiable input. */
const part = (record: AnyLoss, name: string): ArrayLike<number> =>
  ArrayBuffer.isView(record) ? (record as Float64Array) : record[name];

/** The first difference between a case and what the loss says; null if there is none. */
function check(c: Case, loss: AnyLoss): string | null {
  const { args, options } = call(c, loss);
  const value = loss(...args, options);
  const asArray = (x: number | ArrayLike<number>): ArrayLike<number> => (typeof x === 'number' ? [x] : x);
  const bad = mismatch(c, 'value', asArray(value));
  if (bad !== null) return bad;
  const keys = [...c.fields.keys()].filter((key) => /^(grad|hess|slope)\.\w+$/.test(key));
  if (keys.length === 0) return null;
  const result = keys.some((key) => key.startsWith('hess'))
    ? loss.valueGradHess(...args, options)
    : loss.valueAndGrad(...args, options);
  expect(result.value, `${c.place}: the value of the three forms`).toEqual(value);
  for (const key of keys) {
    const [kind, name] = key.split('.') as ['grad' | 'hess' | 'slope', string];
    const got = kind === 'slope' ? [result.parameterGrad[name]] : part(result[kind], name);
    const wrong = mismatch(c, key, got);
    if (wrong !== null) return wrong;
  }
  return null;
}

describe.each(['reference', 'wasm'] as const)('%s', (name) => {
  beforeAll(async () => {
    await init({ backend: name });
    expect(backend().name).toBe(name);
  });
  it.each(table)('%s', (loss, f) => {
    expect(
      hasVectors(loss),
      `test/vectors/${loss}.txt is missing: write test/oracle/${loss}.py, then npm run vectors -- ${loss}`,
    ).toBe(true);
    const all = cases(loss);
    expect(all.length).toBeGreaterThan(10);
    const safely = (c: Case): string | null => {
      try {
        return check(c, f);
      } catch (error) {
        return `${c.place} (${c.fields.get('note')}): ${error}`;
      }
    };
    const wrong = all.map(safely).filter((message) => message !== null);
    expect(wrong.slice(0, 5), `${wrong.length} of ${all.length} cases`).toEqual([]);
  });
});
