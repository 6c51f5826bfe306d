/** The README's figures, made from bench/results.json. */
import { markdown, times } from './tables.mjs';

export const README_BEGIN = '<!-- bench:begin -->';
export const README_END = '<!-- bench:end -->';

/** What a newcomer wants to know: the usual losses at the usual sizes. */
const SHOWN = [
  ['mse', '65,536'],
  ['huber', '65,536'],
  ['binaryCrossEntropyWithLogits', '65,536'],
  ['binaryFocalWithLogits', '65,536'],
  ['crossEntropy', '4096×10'],
  ['crossEntropy', '1024×1000'],
  ['crossEntropy', '64×50257'],
  ['klDivergence-logits', '1024×1000'],
  ['triplet', '1024×128'],
  ['ntXent', '512×128'],
];

const PEERS = ['PyTorch AVX2', 'tfjs-wasm', 'tfjs-cpu', 'jax-js', 'deepbox'];

/** One Markdown table of ratios, and where they were measured. */
export function readmeFigures({ machine, cases, versus, peers }) {
  const shown = PEERS.filter((name) => peers.some((peer) => peer.name === name && !peer.missing));
  const at = (list, [variant, size]) => list.find((one) => one.variant === variant && one.size === size);
  const rows = SHOWN.map((wanted) => {
    const [own, other] = [at(cases, wanted), at(versus, wanted)];
    const careful = own && own.ns.careful / own.ns.resident;
    return [
      `\`${wanted[0]}\``,
      wanted[1],
      times(careful),
      ...shown.map((name) => times(other && other.ms[name] / other.ms.losskit)),
    ];
  });
  const head = ['loss', 'size', 'careful JavaScript', ...shown];
  return `${markdown(head, rows)}\n\nTimes as long as losskit takes for the value and the gradient of resident float32 data, one thread\n(${machine.cpu}, Node ${machine.node}, ${machine.date}); all of it in \`bench/RESULTS.md\` of the repository.`;
}
