/** Why losskit isn't ahead where it isn't, as far as the other tables show it: looked up by loss and size when the results are written. */
const reasons = [
  [
    /^linear bare /,
    'sums are added up as a tree, so that they keep their digits, the weight is laid out for its products, and the rows of the loss come on top.',
  ],
  [/^linear ordinary /, 'the weight is copied block by block, and so is its gradient.'],
  [
    /^linearCrossEntropy/,
    'its products are of registers twice as wide or more and fused multiply-adds, which WebAssembly lacks.',
  ],
  [
    /^fresh /,
    'what a call costs that knows none of its arguments: each is read, checked and copied before the first element.',
  ],
  [/^numbers /, 'each element of a plain array is checked to be a number, and copied.'],
  [
    /^labels ordinary /,
    'the whole of the input is copied to where the kernels read, though one number of a row is needed.',
  ],
  [/@(128|1,024)$/, 'the call itself: "A call on 8 elements" above is what is paid before the first element.'],
  [
    /×10$/,
    'the cost of a row: ten classes are too few to spread it over (compare the time an element at 1,000 classes).',
  ],
  [
    /^(labels resident )?(nll|categoricalCrossEntropy)@/,
    'one number of a row is read and the rest of the gradient cleared, here as there: what is left is the check of the labels.',
  ],
  [
    /^(ntXent|infoNce|sigLip|supCon)@/,
    'PyTorch multiplies matrices with registers twice as wide and fused multiply-adds, which WebAssembly lacks; half the products make up for it.',
  ],
  [
    /^crossEntropy-dense@/,
    'a dense target is read three times, to be checked, to be weighed and for the gradient, and its weights are summed as doubles.',
  ],
  [/./, 'not measured yet.'],
];

/** The sentence for a loss at a size, on a way of calling that has a table of its own. */
export function reason(variant, size, path) {
  const name = `${path === undefined ? '' : `${path} `}${variant}@${size}`;
  return reasons.find(([wanted]) => wanted.test(name))[1];
}
