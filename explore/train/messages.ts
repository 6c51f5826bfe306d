/** What the page and the Worker that trains say to each other. */

/** Orders to the Worker. `speed` is in steps a second. */
export type Order =
  | { readonly kind: 'start'; readonly loss: string; readonly speed: number; readonly digits: string }
  | { readonly kind: 'loss'; readonly loss: string }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' };

/** A held-out digit, and how likely the network finds each class. */
export interface Seen {
  readonly image: Float32Array;
  readonly label: number;
  readonly guess: number;
}

/** What the Worker reports. */
export type Report =
  | {
      readonly kind: 'progress';
      readonly step: number;
      /** The objective, the penalty in it included, averaged since the last report. */
      readonly loss: number;
      /** The share of held-out digits that are read rightly; null between looks. */
      readonly accuracy: number | null;
      readonly seen: readonly Seen[] | null;
    }
  | { readonly kind: 'end'; readonly backend: string }
  | { readonly kind: 'failed'; readonly message: string };
