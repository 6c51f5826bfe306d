/** Lists of sizes of their own: one column of scores, cut where `--groups` says. */
import { InputError, UsageError } from '../lib/errors.ts';
import { inputNames } from '../lib/losses.ts';
import { equal, squeezed } from './agree.ts';
import { text } from './axis.ts';
import type { Part, Slot, Sources } from './part.ts';
import { weightOfEach } from './perSample.ts';
import type { Request } from './request.ts';
import type { Source } from './source.ts';

/** The part that columns of scores and relevance make with the sizes of lists. */
export function groupsAgreed(request: Request, { files, weight, lengths }: Sources): Part {
  const { loss } = request;
  refuseLayout(request);
  const groups = lengths.groups!;
  const [first] = files as [Source];
  const names = inputNames(loss);
  const starts = startsOf(groups, first);
  const slots = files.map((source, k): Slot => {
    const shape = squeezed(source.shape);
    if (shape.length > 1) {
      throw new InputError(`${source.path}: with --groups ${names[k]} are one column, not of shape ${text(shape)}`);
    }
    if (!equal(shape, squeezed(first.shape))) {
      throw new InputError(
        `${source.path}: it has ${source.size} numbers, ${first.path} ${first.size}${source.note ?? ''}`,
      );
    }
    return { name: names[k]!, source, per: 1, role: 'numbers', starts };
  });
  return {
    slots,
    weights: weight === null ? null : weightOfEach(weight, groups.size, 'list'),
    lengths: [{ name: 'groups', source: groups, per: 1, role: 'lengths' }],
    samples: groups.size,
    width: 1,
    inner: 1,
    unit: 1,
    layout: () => ({}),
    losses: [groups.size],
  };
}

/** Options that say how rows lie contradict sizes of lists. */
function refuseLayout({ widths, shape, axis }: Request): void {
  const given = Object.entries({ ...widths, shape, axis }).find(([, value]) => value !== null);
  if (given) throw new UsageError(`--${given[0]} doesn't go with --groups, which says where lists begin`);
}

/** Where lists begin, by their sizes. */
function startsOf(groups: Source, { path, size }: Source): Float64Array {
  if (squeezed(groups.shape).length > 1) {
    throw new InputError(`${groups.path}: groups are one column, not of shape ${text(groups.shape)}`);
  }
  const sizes = new Float64Array(groups.size);
  groups.read(0, sizes);
  const starts = new Float64Array(sizes.length + 1);
  for (const [i, n] of sizes.entries()) {
    if (!Number.isSafeInteger(n) || n < 0)
      throw new InputError(`${groups.path}: groups[${i}] = ${n} is no size of a list`);
    starts[i + 1] = starts[i]! + n;
  }
  const sum = starts[sizes.length]!;
  if (sum !== size) throw new InputError(`${groups.path}: its sizes add up to ${sum}, and ${path} has ${size} numbers`);
  return starts;
}
