/** How many times faster than careful JavaScript resident calls are meant to be; what isn't listed has no target of its own. */
const targets = [
  [/^(mse|mae|hinge)$/, '65,536', 11],
  [/^huber$/, '65,536', 9],
  [/^logCosh$/, '65,536', 11],
  [/^binaryCrossEntropy$/, '65,536', 8],
  [/^binaryCrossEntropyWithLogits$/, '65,536', 16],
  [/^binaryFocal/, '65,536', 14],
  [/^crossEntropy(-smoothed)?$/, '4096×10', 10],
  [/^crossEntropy(-smoothed)?$/, '1024×1000', 17],
  [/^crossEntropy(-smoothed)?$/, '64×50257', 15],
  [/^klDivergence-logits$/, '1024×1000', 11],
  [/^gaussianKl$/, '1024×128', 8],
  [/^triplet$/, '1024×128', 9],
  [/^triplet$/, '4096×384', 6],
  [/^(ntXent|infoNce|sigLip|supCon)$/, '', 8],
];

/** `≥ 11`, or nothing. */
export function target(variant, size) {
  const found = targets.find(([name, at]) => name.test(variant) && (at === '' || at === size));
  return found ? `≥ ${found[2]}` : '';
}
