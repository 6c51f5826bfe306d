/** A case of the other tables at a size of its own. */
import { cases, sizeLabel } from '../lib/cases.mjs';

/** The case of a variant with so many rows of such a width; `size` may say more than both. */
export function sized(variant, rows, width = 1, size = sizeLabel(rows, width)) {
  const one = cases.find((candidate) => candidate.variant === variant);
  return { ...one, id: `${variant}@${size}`, rows, width, size };
}
