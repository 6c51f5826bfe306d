/** Losses found by words. */
import { lossOf } from '../catalogue/index.ts';
import type { Entry } from '../catalogue/types.ts';

/** Whether a loss has all the words of a search: in its names here and in PyTorch, its family, or when to choose it. */
export function matches({ name, title, when }: Entry, search: string): boolean {
  const { torch, family } = lossOf(name).info;
  const text = `${name} ${title} ${torch ?? ''} ${torch?.replaceAll('_', '') ?? ''} ${family} ${when}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
