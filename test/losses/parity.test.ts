/** WebAssembly against the reference, in ULP. */
import { describe, expect, it } from 'vitest';
import { init } from '../../ts/index.ts';
import { cases, order, reductionOf, rowsOf } from '../support/cases.ts';
import { isRows, type Result, run, type Sample, sample, samplesOf, variants } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { flat, ulps } from '../support/ulp.ts';

/** How far apart the backends may be: twice the specification's bound, and what it grants on top, generously. */
function bound(s: Sample): number {
  const { info } = s.loss;
  const rowLike = info.shape !== 'pointwise';
  const scores = flat(s.inputs[info.inputs[0]!.name]).filter(Number.isFinite);
  const range = Math.min(750, Math.max(...scores, 0) - Math.min(...scores, 0));
  const { gamma = 2 } = s.options as { gamma?: number };
  const power = 'gamma' in info.parameters ? 1 + gamma * (1 + range) : 1;
  // A softmax, and 1/cosh² of a rounded difference.
  const exponent = rowLike || info.name === 'logCosh' ? 2 * range : 0;
  return 2 * (s.dtype === 'float32' ? 4 : 8) * power + exponent + Math.log2(1 + s.width);
}

/** The largest term that may cancel in a result of this sample: of its own row where rows are summed. */
function terms(s: Sample): number {
  const { shape, differentiable, family } = s.loss.info;
  // σ(z) − y, m − y f: of the size of the targets, their weights and the margin.
  if (shape === 'pointwise' && differentiable.length === 1) {
    const { name, domain } = s.loss.info.inputs[0]!;
    // (1 − d)/(1 + x)², where d is a logarithm.
    if (domain === 'aboveMinusOne') return 2 / (1 + Math.min(...flat(s.inputs[name]), 0)) ** 2;
    return family === 'regression' ? 0 : 1;
  }
  const all = Object.values(s.inputs).flatMap(flat).filter(Number.isFinite);
  return 1 + all.reduce((sum, x) => sum + x * x, 0);
}

/** Of losses such as e^f − y f, how large the terms are that they subtract: no larger than value and derivatives together. */
function differences({ loss: { info }, inputs, options }: Sample, want: Result, i: number): number {
  if (info.shape !== 'pointwise' || info.family !== 'probabilistic' || info.differentiable.length > 1) return 0;
  const all = [want.value, want.grad, want.hess].map((x) => Math.abs(flat(x)[i] ?? 0));
  // ln y!, where it is added.
  const y = Number(inputs.target?.[i]);
  return all.filter(Number.isFinite).reduce((sum, x) => sum + x, options.full === true ? y * Math.log1p(y) : 0);
}

function expectClose(s: Sample, got: Result, want: Result): void {
  for (const key of ['value', 'grad', 'hess'] as const) {
    if (want[key] === undefined) continue;
    const [a, b] = [flat(got[key]), flat(want[key])];
    const [most, term] = [bound(s), key === 'value' && samplesOf(s) === 0 ? 0 : terms(s)];
    for (let i = 0; i < b.length; i++) {
      const off = ulps(a[i]!, b[i]!, s.dtype === 'float32', term + differences(s, want, i));
      if (off > most)
        expect.fail(`${key}[${i}] is ${a[i]}, reference ${b[i]}: ${off} ULP > ${most} (${JSON.stringify(s.options)})`);
    }
  }
}

describe('the reference agrees', () => {
  const both = async (all: Sample[]): Promise<void> => {
    const results: Result[][] = [];
    for (const backend of ['reference', 'wasm'] as const) {
      await init({ backend });
      results.push(all.map((s) => run(s, order(s.loss, s.options), reductionOf(s.loss, 'none'))));
    }
    all.forEach((s, i) => {
      expectClose(s, results[1]![i]!, results[0]![i]!);
    });
  };
  it.each(cases(() => true))('$name $dtype $form at lengths 0 to 67', async ({ name, loss, dtype, form }) => {
    const all = Array.from({ length: 68 }, (_, n) => {
      const options = variants(loss, 1);
      const [rows, width] = isRows(loss) ? [n % 4, n] : loss.info.shape === 'batch' ? [n % 7, 5] : [n, 1];
      const chosen = { ...options[n % options.length]! };
      for (const key of ['classWeight', 'alpha', 'posWeight']) {
        if (Array.isArray(chosen[key])) chosen[key] = Array.from({ length: width }, (_, k) => 0.5 + 0.25 * (k % 4));
      }
      return sample(loss, random(`${name} ${n}`), {
        dtype,
        form,
        rows: width === 0 ? 0 : rows,
        width,
        options: chosen,
      });
    });
    await both(all);
  });
  it.each(cases((loss) => loss.info.shape !== 'batch'))(
    '$name $dtype $form over a wide range',
    async ({ name, loss, ...wish }) => {
      const r = random(`${name} wide`);
      // beta = 0 has no bound where the divergence overflows.
      const tried = variants(loss, 3).filter(({ beta }) => beta !== 0 || loss.info.shape === 'pointwise');
      const all = tried.map((options) =>
        sample(loss, r, { ...wish, rows: 40, width: 3, options, real: () => r.wide(3) }),
      );
      await both(all.flatMap((s) => (isRows(loss) || loss.info.differentiable.length > 1 ? eachRow(s) : [s])));
    },
  );
});

/** A sample's rows, each by itself. */
function eachRow(s: Sample): Sample[] {
  return Array.from({ length: s.rows }, (_, r) => rowsOf(s, r, r + 1));
}
