/** The public types of the accumulator. */
import type { AxisOptions, SampleOptions, WidthOptions } from '../base/types.ts';

/** The state of an accumulator, as JSON keeps it: numbers that JSON has no form for are words. */
export interface AccumulatorState {
  /** The loss, by name. */
  readonly loss: string;
  /** Its parameters, the defaults filled in. */
  readonly options: { readonly [name: string]: unknown };
  readonly count: number;
  /** Σ w·L and Σ w: each a rounded sum and its rest, and what would make it overflow, in units of 2¹⁰⁸⁸. */
  readonly sum: readonly (number | string)[];
  readonly weight: readonly (number | string)[];
  /**
   * With `overBatch` of `dice`, `jaccard` and `tversky`, in place of those: three sums for each class, of what prediction and target share
   * and what either has beyond that.
   */
  readonly overlaps?: readonly (readonly (number | string)[])[] | undefined;
}

/** Options that change from part to part. */
export interface PartOptions extends SampleOptions, WidthOptions, AxisOptions {}

/** Options that say how long each sample of a part is. */
type LengthName = 'inputLengths' | 'labelLengths' | 'groups';

/** The options of a part, of a loss with options O. */
type PartOf<O> = PartOptions & Pick<NonNullable<O>, Extract<keyof NonNullable<O>, LengthName>>;

/** Any loss that `accumulator` takes; one whose parts do not add up is refused when it is called. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments are inferred from it
export type Accumulable = (...args: any[]) => unknown;

/** A loss's arrays, with the options of a part in place of its own. */
export type PartArguments<L extends Accumulable> =
  Parameters<L> extends readonly [infer A, (infer _O)?]
    ? [first: A, options?: PartOptions]
    : Parameters<L> extends readonly [infer A, infer B, (infer O)?]
      ? [first: A, second: B, options?: PartOf<O>]
      : Parameters<L> extends readonly [infer A, infer B, infer C, (infer _O)?]
        ? [first: A, second: B, third: C, options?: PartOptions]
        : never;

type LastOf<A extends readonly unknown[]> = Required<A> extends readonly [...unknown[], infer O] ? O : never;

/** A loss's parameters: its options without those of samples, results and parts. */
export type AccumulatorOptions<L extends Accumulable> = Omit<
  LastOf<Parameters<L>>,
  'reduction' | 'sampleWeight' | 'divisor' | 'batch' | 'out' | 'hessOut' | 'hessianFloor' | LengthName
>;

/** A mean in progress. */
export interface Accumulator<L extends Accumulable = Accumulable> {
  /** Adds a part of the data: the loss's arrays, and the options of this part. Returns the accumulator. */
  add(...args: PartArguments<L>): Accumulator<L>;
  /** Adds what another accumulator of the same loss and parameters has gathered, or its JSON. Returns the accumulator. */
  merge(other: Accumulator<L> | AccumulatorState): Accumulator<L>;
  /**
   * The mean so far, Σ w·L / Σ w; 0 if nothing has weight. With `overBatch` this, `sum` and `weight` throw a TypeError where the loss isn't
   * loaded: `accumulator.from(state, loss)` takes it.
   */
  value(): number;
  /** Σ w·L so far. */
  readonly sum: number;
  /** Σ w so far. */
  readonly weight: number;
  /** Samples so far: elements, rows, lists, sequences, or regions (an image's classes; with `overBatch` the classes alone). */
  readonly count: number;
  /** The state, to send elsewhere: `merge` and `accumulator.from` take it. */
  toJSON(): AccumulatorState;
}
