/** Losses of regions, over the probabilities of a pixel of an object and of those around it. */
import { type Entry, slider } from './types.ts';

/** An object of one pixel, and so many around it, which have one probability. */
const view: Entry['view'] = {
  kind: 'surface',
  axis: 'probabilities',
  inputs: ({ xs, ys }, { around }) => {
    const pixels = 1 + Number(around);
    const pred = Float64Array.from({ length: xs.length * pixels }, (_, i) => {
      const point = Math.floor(i / pixels);
      return i % pixels === 0 ? xs[point]! : ys[point]!;
    });
    const mask = Int32Array.from({ length: pred.length }, (_, i) => Number(i % pixels === 0));
    return { args: [pred, mask], widths: { batch: xs.length, classes: 1 } };
  },
  gradient: (grad: Float64Array, i: number, { around }) => {
    const pixels = 1 + Number(around);
    return [grad[i * pixels]!, grad.subarray(i * pixels + 1, (i + 1) * pixels).reduce((a, b) => a + b, 0)];
  },
};

const around = {
  ...slider('around', 'pixels around the object, with one probability', 1, 40, 1, 9),
  input: true,
} as const;
const smooth = slider('smooth', 'smooth', 0, 2, 0.01, 0.00001);

export const regions: readonly Entry[] = [
  {
    name: 'dice',
    title: 'Dice',
    formula: String.raw`L = 1 − \frac{2I + s}{A + B + s},~I = \sum \text{min}(p, y),~A = \sum p,~B = \sum y`,
    gradient: String.raw`\frac{∂L}{∂p} = \cases{\frac{2I + s}{D^2} & outside ; \frac{2I + s}{D^2} − \frac{2}{D} & inside}~D = A + B + s`,
    likelihood: ['None: a measure of overlap, which is no sum over pixels'],
    when: 'Objects are small beside their background, and the overlap is what you are judged by.',
    not: 'Every pixel counts alike, or probabilities have to be calibrated: crossEntropy; or the sum of both.',
    knobs: [around, smooth],
    view,
  },
  {
    name: 'jaccard',
    title: 'Jaccard (IoU)',
    formula: String.raw`L = 1 − \frac{I + s}{A + B − I + s},~I = \sum \text{min}(p, y),~A = \sum p,~B = \sum y`,
    gradient: String.raw`\frac{∂L}{∂p} = \cases{\frac{I + s}{U^2} & outside ; −\frac{1}{U} & inside}~U = A + B − I + s`,
    likelihood: ['None: a measure of overlap, which is no sum over pixels'],
    when: 'You are judged by the intersection over the union.',
    not: 'Regions are hard and half right at best: dice is more lenient with them, and its gradient larger.',
    knobs: [around, smooth],
    view,
  },
  {
    name: 'tversky',
    title: 'Tversky',
    formula: String.raw`L = x^γ,~x = 1 − \frac{I + s}{I + α (A − I) + β (B − I) + s}`,
    gradient: String.raw`\frac{∂L}{∂p} = γ x^{γ−1} \cases{\frac{α (I + s)}{D^2} & outside ; −\frac{β (I + s) + N}{D^2} & inside}`,
    likelihood: ['None: a measure of overlap, which is no sum over pixels'],
    when: 'What is missed costs more than what is found wrongly, or the other way round.',
    not: 'Both cost the same: dice.',
    knobs: [
      around,
      slider('alpha', 'α, of what is too much', 0, 2, 0.05, 0.3),
      slider('beta', 'β, of what is missing', 0, 2, 0.05, 0.7),
      slider('gamma', 'γ', 0.25, 4, 0.05, 1),
      smooth,
    ],
    view,
  },
];
