/** The command line of `npm run bench` and `npm run bench:peers`. */
import { Missing } from '../../scripts/lib/run.mjs';
import { names } from '../paths/index.mjs';

/** Every loss at its sizes, ways of calling that have a table of their own, and what isn't a matter of losses. */
export const PARTS = ['losses', ...names, 'first', 'rooflines', 'calls', 'size'];

const HELP = `npm run bench -- [parts] [words] [--against <file>] [--quick] [--json]

  parts       ${PARTS.join(', ')}; without any, losses if there are words, else everything
  words       only the lines of those parts whose name contains one of them (mse@1024, crossEntropy, @65536; =triplet for that one alone)
  --against   the index.js of another build of losskit, which takes turns with this one in losses, ${names.join(', ')} and first
  --quick     a quarter of the time, and noisier
  --json      the figures as JSON instead of tables`;

/** The file after `--against`, and what else there is. */
function takeAgainst(args) {
  const at = args.indexOf('--against');
  if (at < 0) return { rest: args };
  if (args[at + 1] === undefined) throw new Missing(HELP);
  return { against: args[at + 1], rest: args.toSpliced(at, 2) };
}

/** `{ quick, json, against, words, parts }`; an unknown flag ends the program with the help. */
export function parse(args) {
  const { against, rest } = takeAgainst(args);
  const flags = rest.filter((arg) => arg.startsWith('--'));
  const unknown = flags.find((flag) => !['--quick', '--json'].includes(flag));
  if (unknown) throw new Missing(HELP);
  const given = rest.filter((arg) => !arg.startsWith('--'));
  const parts = PARTS.filter((part) => given.includes(part));
  const words = given.filter((word) => !PARTS.includes(word));
  return {
    quick: flags.includes('--quick'),
    json: flags.includes('--json'),
    against,
    words,
    parts: parts.length > 0 ? parts : words.length > 0 ? ['losses'] : PARTS,
  };
}
