/** All forms of a call agree to the bit: with and without derivatives, fresh and given outputs, in place, ordinary and resident arrays. */
import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../ts/index.ts';
import {
  type Dtype,
  dtypes,
  floats,
  hasHess,
  type Options,
  type Result,
  run,
  type Sample,
  sample,
  table,
  targetForms,
  variants,
  weightsOf,
} from '../support/losses.ts';
import { random } from '../support/random.ts';
import { residentOf } from '../support/resident.ts';
import { difference } from '../support/ulp.ts';

const rows = 7;
const width = 5;

/** The same bits: value, gradients and second derivatives. */
function expectSame(a: Result, b: Result, what: string): void {
  for (const key of ['value', 'grad', 'hess'] as const) {
    if (b[key] !== undefined) expect(difference(a[key], b[key]), `${what}: ${key}`).toBe(null);
  }
}

/** The three forms, fresh and given outputs, ordinary and resident arrays: one call, the same bits. */
function checkForms(s: Sample, more: Options): void {
  const full = run(s, 1, more);
  expect(difference(run(s, 0, more).value, full.value), 'loss() and valueAndGrad').toBe(null);
  const names = s.loss.info.differentiable;
  const one = names.length === 1;
  const give = <T>(make: (name: string) => T) =>
    one ? make(names[0]!) : Object.fromEntries(names.map((n) => [n, make(n)]));
  const part = (record: unknown, name: string) => (one ? record : (record as { [n: string]: unknown })[name]);
  let hess: unknown;
  if (hasHess(s.loss, s.options)) {
    const second = run(s, 2, more);
    expectSame(second, full, 'valueGradHess');
    hess = second.hess;
  }
  const order = hess === undefined ? 1 : 2;
  const expected: Result = { ...full, ...(hess === undefined ? {} : { hess: hess as Result['grad'] }) };
  const check = (result: Result, out: unknown, what: string): void => {
    expectSame(result, expected, what);
    for (const name of names) expect(part(result.grad, name), `${what}: grad is out`).toBe(part(out, name));
  };
  const dirty = () => give((name) => floats(s.dtype, s.inputs[name]!.length, () => Number.NaN));
  const [out, hessOut] = [dirty(), dirty()];
  const second = order === 2 ? { hessOut } : {};
  check(run(s, order, { ...more, out, ...second }), out, 'out');
  const copies = Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, x.slice()]));
  check(
    run(s, order, { ...more, out: give((name) => copies[name]) }, copies),
    give((name) => copies[name]),
    'in place',
  );

  const made: { free(): void }[] = [];
  const resident = (x: ArrayLike<number>, type: Dtype | 'int32') => {
    const buffer = residentOf(type, x);
    made.push(buffer);
    return buffer;
  };
  const kind = (x: unknown) => (x instanceof Int32Array ? 'int32' : s.dtype);
  const buffers = Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, resident(x, kind(x))]));
  const weight = more.sampleWeight ? { sampleWeight: resident(more.sampleWeight as number[], s.dtype) } : {};
  check(run(s, order, { ...more, ...weight, out }, buffers), out, 'resident inputs');
  const into = give((name) => resident(s.inputs[name]!, s.dtype));
  const inside = run(s, order, { ...more, ...weight, out: into }, buffers);
  check(
    inside,
    give((name) => (part(into, name) as { array: unknown }).array),
    'all resident',
  );
  for (const buffer of made) buffer.free();
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  describe.each(table)('%s', (name, loss) => {
    const all = dtypes.flatMap((dtype) =>
      targetForms(loss).flatMap((form) => variants(loss, width).map((options) => [dtype, form, options] as const)),
    );
    it.each(all)('%s %s %j', (dtype, form, options) => {
      const r = random(name);
      const s = sample(loss, r, { dtype, rows, width, form, options });
      if (loss.info.shape === 'regularizer') return checkForms(s, {});
      const isBatch = loss.info.shape === 'batch';
      const sampleWeight = floats(dtype, weightsOf(s), () => (r.unit() < 0.3 ? 0 : r.between(0.1, 3)));
      for (const reduction of isBatch ? ['mean', 'sum'] : ['mean', 'sum', 'none']) {
        checkForms(s, { reduction });
        if (!isBatch) checkForms(s, { reduction, sampleWeight });
      }
    });
  });
});
