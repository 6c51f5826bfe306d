/** Tasks whose answer is a map of classes. */
import { dice } from '../losses/regions/dice.ts';
import { jaccard } from '../losses/regions/jaccard.ts';
import { tversky } from '../losses/regions/tversky.ts';
import { focal } from '../losses/reweighted/focal.ts';
import { crossEntropy } from '../losses/softmax/crossEntropy.ts';

/** The class of each pixel of an image. */
export const segmentation = {
  plain: {
    loss: dice,
    options: { activation: 'softmax' },
    why: 'Segmentation: the overlap of what is predicted and what is there, class by class, in which small objects count as large ones do.',
    alternatives: [
      {
        loss: crossEntropy,
        when: 'classes are about as frequent as each other, or probabilities must stay calibrated; the sum of both is usual',
      },
      { loss: jaccard, when: 'models are judged by the intersection over the union' },
      { loss: tversky, when: 'what is missed and what is found wrongly cost differently' },
    ],
  },
  imbalanced: {
    loss: tversky,
    options: { activation: 'softmax', alpha: 0.3, beta: 0.7 },
    why: 'Small objects: what is missed (beta) weighs more than what is found wrongly (alpha), so that they are looked for at all.',
    alternatives: [
      { loss: dice, when: 'both cost the same' },
      { loss: focal, when: 'pixels are to be judged one by one: the many easy ones count little' },
    ],
  },
} as const;
