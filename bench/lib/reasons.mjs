/** Why losskit isn't ahead where it isn't: looked up by loss when the results are written. */
const reasons = [
  [
    /^ntXent/,
    'is bound by matrix products: PyTorch runs them on 8 or 16 lanes with fused multiply-add, WebAssembly has 4 lanes and no fused multiply-add that gives the same bits everywhere. losskit does half of the work (S is symmetric), which makes up for it only while the products are small.',
  ],
  [
    /^triplet|^contrastive/,
    'reads and writes more than it computes: what is left is the memory, which is the same for everyone.',
  ],
  [
    /^(nll|categoricalCrossEntropy|multiclassHinge)$/,
    'touches one element a row and fills the gradient with zeros, which every side does at the speed of memset; losskit besides checks the domain of what it reads, which costs a pass over the probabilities.',
  ],
  [
    /^gaussianKl|^gaussianNll|^elbo/,
    'has one exponential an element and no chain of operations for fusing to save: PyTorch has 8 or 16 lanes for it, WebAssembly 4.',
  ],
  [/./, 'is bound by memory or by the exponential: PyTorch has 8 or 16 lanes where WebAssembly has 4.'],
];

/** The sentence for a loss. */
export const reason = (variant) => reasons.find(([name]) => name.test(variant))[1];
