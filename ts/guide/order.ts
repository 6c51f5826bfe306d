/** Tasks of embeddings and scores: what lies near what, and what comes before what. */
import { ntXent } from '../losses/batch/ntXent.ts';
import { infoNce } from '../losses/contrast/infoNce.ts';
import { sigLip } from '../losses/contrast/sigLip.ts';
import { supCon } from '../losses/contrast/supCon.ts';
import { cosineEmbedding } from '../losses/cosine/cosineEmbedding.ts';
import { marginRanking } from '../losses/margins/marginRanking.ts';
import { contrastive } from '../losses/pairs/contrastive.ts';
import { triplet } from '../losses/pairs/triplet.ts';
import { listMle } from '../losses/ranking/listMle.ts';
import { rankingSoftmax } from '../losses/ranking/rankingSoftmax.ts';
import { rankNet } from '../losses/ranking/rankNet.ts';
import { ctc } from '../losses/sequences/ctc.ts';
import { crossEntropy } from '../losses/softmax/crossEntropy.ts';

/** An embedding, in which like things are near. */
export const metric = {
  plain: {
    loss: triplet,
    options: {},
    why: 'Metric learning: brings the anchor closer to the positive than to the negative, by a margin.',
    alternatives: [
      { loss: ntXent, when: 'there are two views of each sample: the rest of the batch are the negatives' },
      { loss: supCon, when: 'samples have classes: all of a class are positives of each other' },
      { loss: contrastive, when: 'pairs are labelled same or different' },
    ],
  },
  pairs: {
    loss: ntXent,
    options: {},
    why: 'Metric learning from pairs: each view has to find its twin among all other views of the batch.',
    alternatives: [
      { loss: contrastive, when: 'pairs are labelled same or different' },
      { loss: triplet, when: 'negatives can be chosen' },
    ],
  },
} as const;

/** Which of many answers belongs to a query. */
export const retrieval = {
  plain: {
    loss: infoNce,
    options: {},
    why: 'Retrieval: each query has to find its answer among all answers of the batch, which costs no negatives of their own.',
    alternatives: [
      { loss: sigLip, when: 'batches are small, or an answer may fit several queries: each pair is judged by itself' },
      { loss: supCon, when: 'queries have classes instead of answers' },
      { loss: triplet, when: 'hard negatives can be chosen' },
      { loss: cosineEmbedding, when: 'pairs are labelled alike or not' },
    ],
  },
} as const;

/** The order of a list of candidates. */
export const ranking = {
  plain: {
    loss: rankingSoftmax,
    options: {},
    why: "Ranking by clicks or grades: the cross-entropy of each list's softmax, in one pass, in which the top counts most.",
    alternatives: [
      { loss: listMle, when: 'the whole order of a list is known' },
      { loss: rankNet, when: 'grades have many ties, or every pair counts alike' },
      { loss: marginRanking, when: 'two candidates at a time are known, one better than the other' },
    ],
  },
} as const;

/** Labels in their order, of which nobody says at which step each stands. */
export const sequences = {
  plain: {
    loss: ctc,
    options: {},
    why: 'Sequences: the likelihood of the labels over all ways in which the steps may spell them, so no alignment is needed.',
    alternatives: [
      { loss: crossEntropy, when: 'the label of each step is known, or the model writes one token after another' },
    ],
  },
} as const;
