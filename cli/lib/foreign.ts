/** Losses by the names that other libraries have for them, from the tables of docs/migration.md. */
import { type ForeignName, names } from 'virtual:names';

/** What a path begins with, and whose it is. */
const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^(torch|torchvision|nn|F)\./, 'PyTorch'],
  [/^(keras|tf\.keras)\./, 'Keras'],
  [/^optax\./, 'Optax'],
  [/^tf\./, 'tf.js'],
  [/^sklearn\./, 'scikit-learn'],
];

/** `BCEWithLogitsLoss`, `binary_cross_entropy_with_logits_loss`: one spelling. */
const spelt = (name: string): string =>
  name
    .replace(/^BCE|^bce(?=_)/, 'binaryCrossEntropy')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();

const bare = (name: string): string => spelt(name).replace(/loss$/, '');

/** The rows that a name means; classes and functions of one name are the same loss. */
export function foreignNamed(name: string): readonly ForeignName[] {
  const library = PREFIXES.find(([prefix]) => prefix.test(name))?.[1];
  const last = name.split('.').at(-1)!;
  const all = names.filter((row) => library === undefined || row.library === library);
  const exact = all.filter((row) => spelt(row.name) === spelt(last));
  return exact.length > 0 ? exact : all.filter((row) => bare(row.name) === bare(last) && bare(last) !== '');
}

/** 'PyTorch's nll_loss is nll: the same'. */
export function foreignText({ library, name, losses, how, note }: ForeignName): string {
  const whose = `${library}’s ${name}`;
  if (losses.length === 0) return `${whose} has no counterpart`;
  return `${whose} is ${how}${note === '' ? '' : `: ${note}`}`;
}
