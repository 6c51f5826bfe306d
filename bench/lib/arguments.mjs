/** The command line of `npm run bench` and `npm run bench:peers`. */
import { Missing } from '../../scripts/lib/run.mjs';

const HELP = `npm run bench -- [words] [--quick] [--json]

  words     only the cases whose name contains one of them (mse@1024, crossEntropy, @65536; =triplet for that one alone),
            or the parts rooflines, calls, size; without words everything
  --quick   an eighth of the time, and noisier
  --json    the figures as JSON instead of tables`;

/** The parts beside the cases. */
export const PARTS = ['rooflines', 'calls', 'size'];

/** `{ quick, json, words, parts, onlyParts }`; an unknown flag ends the program with the help. */
export function parse(args) {
  const flags = args.filter((arg) => arg.startsWith('--'));
  const unknown = flags.find((flag) => !['--quick', '--json'].includes(flag));
  if (unknown) throw new Missing(HELP);
  const words = args.filter((arg) => !arg.startsWith('--'));
  const parts = words.length === 0 ? PARTS : PARTS.filter((part) => words.includes(part));
  return {
    quick: flags.includes('--quick'),
    json: flags.includes('--json'),
    words: words.filter((word) => !PARTS.includes(word)),
    onlyParts: words.length > 0 && words.every((word) => PARTS.includes(word)),
    parts,
  };
}
