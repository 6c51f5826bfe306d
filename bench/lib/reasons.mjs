/** Why losskit isn't ahead where it isn't, as far as the other tables show it: looked up by loss and size when the results are written. */
const reasons = [
  [/@(128|1,024)$/, 'the call itself: "A call on 8 elements" above is what is paid before the first element.'],
  [
    /×10$/,
    'the cost of a row: ten classes are too few to spread it over (compare the time an element at 1,000 classes).',
  ],
  [
    /^(nll|categoricalCrossEntropy)@/,
    'each row is read whole, as a NaN or a probability out of range anywhere in it must not pass; the others read one number of a row and fill the rest of the gradient with zeros.',
  ],
  [
    /^ntXent@/,
    'PyTorch multiplies matrices with registers twice as wide and fused multiply-adds, which WebAssembly lacks; half the products make up for it.',
  ],
  [
    /^crossEntropy-dense@/,
    'a dense target is read three times, to be checked, to be weighed and for the gradient, and its weights are summed as doubles.',
  ],
  [/./, 'not measured yet.'],
];

/** The sentence for a loss at a size. */
export const reason = (variant, size) => reasons.find(([name]) => name.test(`${variant}@${size}`))[1];
