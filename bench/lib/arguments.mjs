/** The command line of `npm run bench` and `npm run bench:peers`. */
import { Missing } from '../../scripts/lib/run.mjs';
import { names } from '../paths/index.mjs';

/** Every loss at its sizes, ways of calling that have a table of their own, and what isn't a matter of losses. */
export const PARTS = ['losses', ...names, 'threads', 'first', 'rooflines', 'calls', 'size'];

const HELP = `npm run bench -- [parts] [words] [--against <file>] [--threads <n>] [--quick] [--json]

  parts       ${PARTS.join(', ')}; without any, losses if there are words, else everything
  words       only the lines of those parts whose name contains one of them (mse@1024, crossEntropy, @65536; =triplet for that one alone)
  --against   the index.js of another build of losskit, which takes turns with this one in losses, ${names.join(', ')} and first
  --threads   how many threads the part of that name compares with one: a number, or auto; default 2; without parts, that one
  --quick     a quarter of the time, and noisier
  --json      the figures as JSON instead of tables`;

/** What comes after a flag, and what else there is. */
function take(flag, args) {
  const at = args.indexOf(flag);
  if (at < 0) return { rest: args };
  if (args[at + 1] === undefined) throw new Missing(HELP);
  return { value: args[at + 1], rest: args.toSpliced(at, 2) };
}

/** `{ quick, json, against, threads, words, parts }`; an unknown flag ends the program with the help. */
export function parse(args) {
  const { value: against, rest: others } = take('--against', args);
  const { value: threads, rest } = take('--threads', others);
  if (threads !== undefined && threads !== 'auto' && !(Number(threads) >= 1)) throw new Missing(HELP);
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
    threads: threads ?? '2',
    words,
    parts: parts.length > 0 ? parts : threads !== undefined ? ['threads'] : words.length > 0 ? ['losses'] : PARTS,
  };
}
