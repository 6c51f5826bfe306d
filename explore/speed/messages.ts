/** What the page and the Worker that measures say to each other. */

/** Which losses and sizes: the first that fits of each loss, or every one up to the limit. */
export interface Order {
  readonly sizes: 'one' | 'several';
  /** The losses that are measured; all where it is null. */
  readonly losses: readonly string[] | null;
}

/** What a case is measured on. */
export type Side = 'wasm' | 'careful' | 'reference';

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
  /** A case begins on one of its sides; `done` of all cases are measured. */
  | { readonly kind: 'running'; readonly done: number; readonly of: number; readonly name: string; readonly side: Side }
  | { readonly kind: 'measured'; readonly done: number; readonly of: number; readonly one: Measured }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };
