/** chooseLoss: every row of the table, its types, and what it refuses. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as losskit from '../../ts/index.ts';
import { type ChooseLossOptions, chooseLoss, crossEntropy, type focal, huber, type mse } from '../../ts/index.ts';

describe('chooseLoss', () => {
  it.each([
    [{ task: 'binary' }, 'binaryCrossEntropyWithLogits', {}],
    [{ task: 'binary', imbalanced: true }, 'binaryFocalWithLogits', { gamma: 2 }],
    [{ task: 'binary', overconfident: true }, 'binaryCrossEntropyWithLogits', { labelSmoothing: 0.1 }],
    [{ task: 'multiclass' }, 'crossEntropy', {}],
    [{ task: 'multiclass', imbalanced: true }, 'focal', { gamma: 2 }],
    [{ task: 'multiclass', overconfident: true }, 'crossEntropy', { labelSmoothing: 0.1 }],
    [{ task: 'multiclass', overconfident: true, imbalanced: true }, 'focal', { gamma: 2 }],
    [{ task: 'multilabel' }, 'binaryCrossEntropyWithLogits', {}],
    [{ task: 'multilabel', imbalanced: true }, 'binaryFocalWithLogits', { gamma: 2 }],
    [{ task: 'segmentation' }, 'dice', { activation: 'softmax' }],
    [{ task: 'segmentation', imbalanced: true }, 'tversky', { activation: 'softmax', alpha: 0.3, beta: 0.7 }],
    [{ task: 'regression' }, 'mse', {}],
    [{ task: 'regression', outliers: false }, 'mse', {}],
    [{ task: 'regression', outliers: true }, 'huber', { delta: 1 }],
    [{ task: 'counts' }, 'poissonNll', {}],
    [{ task: 'quantiles' }, 'quantile', { q: 0.9 }],
    [{ task: 'density' }, 'gaussianNll', {}],
    [{ task: 'vae' }, 'elbo', {}],
    [{ task: 'sequences' }, 'ctc', {}],
    [{ task: 'ranking' }, 'rankingSoftmax', {}],
    [{ task: 'retrieval' }, 'infoNce', {}],
    [{ task: 'metric' }, 'triplet', {}],
    [{ task: 'metric', pairs: true }, 'ntXent', {}],
  ] as const)('%o → %s', (query, name, options) => {
    const choice = chooseLoss(query);
    const exports: { readonly [name: string]: unknown } = losskit;
    expect(choice.name).toBe(name);
    expect(choice.loss).toBe(exports[name]);
    expect(choice.options).toEqual(options);
    expect(choice.why.length).toBeGreaterThan(40);
    expect(choice.alternatives.length).toBeGreaterThan(0);
    for (const other of choice.alternatives) {
      expect(other.loss).toBe(exports[other.name]);
      expect(other.when).not.toBe('');
    }
  });

  it('gives options that the loss takes, and no way into the table', () => {
    const first = chooseLoss({ task: 'multiclass', overconfident: true });
    expect(first.loss([[4, 0]], [0], first.options)).toBe(crossEntropy([[4, 0]], [0], { labelSmoothing: 0.1 }));
    const { loss, options } = chooseLoss({ task: 'segmentation', imbalanced: true });
    expectTypeOf(options).toEqualTypeOf<{ activation: 'softmax'; alpha: number; beta: number }>();
    expect(loss([[[9, 0]]], [[0]], options)).toBeLessThan(loss([[[0, 9]]], [[0]], options));
    first.options.labelSmoothing = 0.9;
    expect(chooseLoss({ task: 'multiclass', overconfident: true }).options.labelSmoothing).toBe(0.1);
  });

  it('is typed by the task', () => {
    const plain = () => chooseLoss({ task: 'regression' }).loss;
    expectTypeOf<ReturnType<typeof plain>>().toEqualTypeOf<typeof mse>();
    expect(chooseLoss({ task: 'regression', outliers: true }).loss).toBe(huber);
    const rare = () => chooseLoss({ task: 'multiclass', imbalanced: true }).loss;
    expectTypeOf<ReturnType<typeof rare>>().toEqualTypeOf<typeof focal>();
    // A flag that only running tells leaves both rows possible.
    for (const outliers of [true, false]) {
      expect(chooseLoss({ task: 'regression', outliers }).loss([3], [1])).toBe(outliers ? 1.5 : 4);
    }
    // @ts-expect-error: regression has no such flag
    expect(() => chooseLoss({ task: 'regression', imbalanced: true })).toThrow(RangeError);
  });

  it('knows what takes the place of mse where targets are counts, amounts or bounds', () => {
    const names = (query: ChooseLossOptions) => chooseLoss(query as never).alternatives.map(({ name }) => name);
    expect(names({ task: 'counts' })).toEqual(expect.arrayContaining(['tweedie', 'gammaNll']));
    expect(names({ task: 'quantiles' })).toContain('expectile');
    expect(names({ task: 'retrieval' })).toContain('sigLip');
    const { loss, options } = chooseLoss({ task: 'quantiles' });
    // A share q of the targets lies below the best constant.
    const target = Float64Array.from({ length: 1000 }, (_, i) => i + 0.5);
    const slope = (at: number) =>
      loss.valueAndGrad(new Float64Array(1000).fill(at), target, { ...options, reduction: 'sum' });
    expect(slope(899).grad.reduce((a, b) => a + b)).toBeLessThan(0);
    expect(slope(901).grad.reduce((a, b) => a + b)).toBeGreaterThan(0);
  });

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [
      { task: 'multi-class' },
      RangeError,
      /task must be one of 'binary', .*'metric', got "multi-class"; did you mean 'multi/,
    ],
    [{ task: 'regresion' }, RangeError, /did you mean 'regression'\?/],
    [{ task: 'classification' }, RangeError, /did you mean 'multiclass'\?/],
    [{ task: 'embedding' }, RangeError, /did you mean 'metric'\?/],
    [{ task: 'masks' }, RangeError, /did you mean 'segmentation'\?/],
    [{ task: 'OCR' }, RangeError, /did you mean 'sequences'\?/],
    [{ task: 'poetry' }, RangeError, /task must be one of 'binary', 'multiclass', 'multilabel', 'regression'/],
    [{ task: 3 }, TypeError, /task must be one of/],
    [{}, TypeError, /got undefined/],
    [undefined, TypeError, /query must be an object with a task/],
    [{ task: 'binary', inbalanced: true }, TypeError, /unknown option `inbalanced`; did you mean `imbalanced`\?/],
    [{ task: 'binary', imbalanced: 'yes' }, TypeError, /imbalanced must be a boolean/],
    [{ task: 'vae', pairs: true }, RangeError, /pairs says nothing about the task 'vae'; pairs goes with 'metric'/],
  ])('refuses %o', (query, kind, message) => {
    expect(() => chooseLoss(query as never)).toThrow(kind);
    expect(() => chooseLoss(query as never)).toThrow(message);
  });
});
