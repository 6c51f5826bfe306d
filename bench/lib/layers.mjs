/** Shapes of a linear layer with cross-entropy that are measured, against careful JavaScript and against other libraries. */
import { layerData } from './layer.mjs';

const shape = (rows, dim, classes, targets) => ({
  id: `linearCrossEntropy@${rows}x${dim}x${classes}`,
  variant: 'linearCrossEntropy',
  size: `${rows}×${dim}×${classes.toLocaleString('en-US')}`,
  rows,
  dim,
  width: classes,
  targets: { ...targets, ordinary: 0.9 },
});

export const layers = [
  shape(64, 384, 32_000, { bare: 0.85, careful: 9.5 }),
  shape(256, 768, 1000, { bare: 0.85, careful: 9.5 }),
  shape(1024, 64, 10, { careful: 12 }),
  shape(4096, 64, 10, { careful: 12 }),
  shape(128, 64, 100_000, { careful: 9.5 }),
  shape(32, 4096, 32_000, { bare: 0.85, careful: 9.5 }),
];

/** A shape as a case for other libraries; of weight and bias alone for those that leave hidden as it is, as linear models do. */
function caseOf(one, grads) {
  const suffix = grads.includes('hidden') ? '' : '-weight';
  const { rows, dim, width } = one;
  const sizes = { hidden: rows * dim, weight: width * dim, bias: width };
  return {
    ...one,
    id: one.id.replace('@', `${suffix}@`),
    variant: `${one.variant}${suffix}`,
    grads,
    shapes: { hidden: [rows, dim], weight: [width, dim], bias: [width] },
    elements: grads.reduce((sum, name) => sum + sizes[name], 0),
    arrays: () => {
      const { hidden, weight, bias, labels } = layerData(one);
      return { hidden, weight, bias, labels };
    },
  };
}

/** All of them, and those of few classes without hidden's gradient too. */
export const layerCases = [
  ...layers.map((one) => caseOf(one, ['hidden', 'weight', 'bias'])),
  ...layers.filter(({ width }) => width === 10).map((one) => caseOf(one, ['weight', 'bias'])),
];
