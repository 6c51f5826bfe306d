/** What the losses of lists have in common. */
import type { Labels } from '../../core/base/types.ts';
import type { FirstOrderOptions } from '../../core/facade/loss.ts';

/** Options of {@link listMle}, {@link rankingSoftmax} and {@link rankNet}. */
export interface ListOptions extends FirstOrderOptions {
  /**
   * Sizes of the lists, one after another, in place of rows of one width; they add up to the length. An empty list has
   * weight 0. Default none: each row is a list.
   */
  groups?: Labels | null | undefined;
}
