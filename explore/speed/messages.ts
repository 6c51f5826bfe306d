/** What the page and the Worker that measures say to each other. */

/** Which sizes: the first that fits of each loss, or every one up to the limit. */
export interface Order {
  readonly sizes: 'one' | 'several';
}

/** Nanoseconds per element of the gradient; null where there is none of the kind. */
export interface Measured {
  readonly name: string;
  readonly size: string;
  readonly wasm: number | null;
  readonly careful: number | null;
  readonly reference: number;
}

/** What the Worker reports. */
export type Report =
  | { readonly kind: 'begin'; readonly backend: string; readonly reason: string }
  | { readonly kind: 'measured'; readonly done: number; readonly of: number; readonly one: Measured }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };
