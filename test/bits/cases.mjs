/**
 * The calls whose results are hashed. A line is: the name of the loss (after a slash what tells it from others of that name), the
 * domains of its inputs, the options, and the parameters as the kernel takes them, which the host's test passes itself.
 */

const weights = [0.5, 1, 0.25];

const POINTWISE = [
  ['mse', 'real real', {}, []],
  ['mae', 'real real', {}, []],
  ['huber', 'real real', { delta: 0.7 }, [0.7]],
  ['smoothL1', 'real real', { beta: 0.4 }, [0.4]],
  ['logCosh', 'real real', {}, []],
  ['hinge', 'real sign', { margin: 0.7 }, [0.7]],
  ['squaredHinge', 'real sign', {}, [1]],
  ['binaryCrossEntropy', 'unit unit', { posWeight: 1.5, labelSmoothing: 0.1, eps: 0.1 }, [1.5, 0.1, 0.1]],
  ['binaryCrossEntropyWithLogits', 'real unit', { posWeight: 3, labelSmoothing: 0.1 }, [3, 0.1]],
  ['binaryFocal', 'unit binary', {}, [2, 1, 1]],
  ['binaryFocal/power', 'unit binary', { gamma: 1.7, alpha: 0.25 }, [1.7, 0.25, 0.75]],
  ['binaryFocalWithLogits', 'real binary', {}, [2, 1, 1]],
  ['binaryFocalWithLogits/power', 'real binary', { gamma: 1.7, alpha: 0.25 }, [1.7, 0.25, 0.75]],
  ['gaussianNll', 'real real real', { full: true }, [1]],
];

const PENALTIES = [
  ['l1', 'real', {}, []],
  ['l2', 'real', { half: true }, [1]],
  ['elasticNet', 'real', { l1Ratio: 0.3 }, [0.3]],
];

const ROWWISE = [
  ['crossEntropy', 'real label', { labelSmoothing: 0.1 }, [NaN, 0.1]],
  ['crossEntropy/plain', 'real label', {}, [NaN, 0]],
  ['crossEntropy/dense', 'real unit', { labelSmoothing: 0.1 }, [0.1]],
  ['categoricalCrossEntropy', 'unit label', { labelSmoothing: 0.1 }, [NaN, 0.1]],
  ['categoricalCrossEntropy/dense', 'unit unit', {}, [0]],
  ['nll', 'real label', {}, [NaN]],
  ['nll/dense', 'real unit', {}, []],
  ['focal', 'real label', { gamma: 1.7 }, [NaN, 1.7]],
  ['multiclassHinge', 'real label', {}, [1, 0, 1]],
  ['multiclassHinge/sum', 'real label', { variant: 'westonWatkins', p: 2 }, [1, 1, 2]],
  ['klDivergence', 'unit unit', {}, [0, 0]],
  ['klDivergence/logits', 'real unit', { input: 'logits' }, [2, 0]],
  ['entropy', 'unit', {}, []],
  ['gaussianKl', 'real real', {}, []],
];

const EMBEDDINGS = [
  ['contrastive', 'real real rowBinary', { margin: 30 }, [30]],
  ['triplet', 'real real real', { margin: 30 }, [30, 0, 0]],
  ['triplet/euclidean', 'real real real', { distance: 'euclidean', swap: true }, [1, 1, 1]],
  ['triplet/cosine', 'real real real', { distance: 'cosine' }, [1, 2, 0]],
];

const BATCH = [
  ['ntXent', 'real real', {}, [0.5, 1]],
  ['ntXent/dot', 'real real', { temperature: 40, normalize: false }, [40, 0]],
];

const each = (shape, lines, sizes) =>
  lines.flatMap(([name, inputs, options, params]) =>
    sizes.flatMap(([rows, width]) =>
      ['float32', 'float64'].map((dtype) => ({ name, shape, dtype, rows, width, inputs, options, params })),
    ),
  );

/** Every call, with its seed. */
export const cases = [
  ...each('pointwise', POINTWISE, [[1537, 1]]),
  ...each('regularizer', PENALTIES, [[1537, 1]]),
  ...each('rows', ROWWISE, [
    [67, 3],
    [33, 10],
    [9, 259],
  ]),
  ...each('rows', [['crossEntropy/weighted', 'real label', { classWeight: weights }, [NaN, 0]]], [[67, 3]]),
  ...each('embeddings', EMBEDDINGS, [
    [31, 5],
    [9, 67],
  ]),
  ...each('batch', BATCH, [[19, 35]]),
].map((one, i) => ({ ...one, seed: 1000 * (i + 1) }));
