/** Why losskit isn't ahead where it isn't, as far as the other tables show it: looked up by loss and size when the results are written. */
const reasons = [
  [/@(128|1,024)$/, 'the call itself: "A call on 8 elements" above is what is paid before the first element.'],
  [
    /×10$/,
    'the cost of a row: ten classes are too few to spread it over (compare the time an element at 1,000 classes).',
  ],
  [
    /^(nll|categoricalCrossEntropy)@/,
    'one element of each row decides the loss, and filling the gradient with zeros is all the others do; the cause of the rest of the difference has not been measured.',
  ],
  [/./, 'not measured yet.'],
];

/** The sentence for a loss at a size. */
export const reason = (variant, size) => reasons.find(([name]) => name.test(`${variant}@${size}`))[1];
