/** The public types of losses with a linear layer before them. */
import type {
  ArrayFor,
  HessOutOptions,
  Input,
  Kind,
  LossInfo,
  Numbers,
  Reduction,
  Value,
  Writable,
} from '../../base/types.ts';
import type { LabelLoss, Loss2, SmoothLoss1, SmoothLoss2 } from '../../facade/lossTypes.ts';
import type { PerClass } from '../../model/perClass.ts';

/** What a linear loss has gradients of. */
export type LinearGrad = 'hidden' | 'weight' | 'bias';

/** The options that a linear layer brings. */
export interface LayerOptions {
  /** b, one number a class, added to the scores. Copied. Default none. */
  bias?: PerClass | null | undefined;
  /** D, elements of a row of hidden and of weight. */
  dim?: number | undefined;
  /** K, rows of weight. */
  classes?: number | undefined;
  /** N, rows of hidden. */
  batch?: number | undefined;
  /** Sizes of all dimensions of hidden, say `[64, 384]`. */
  shape?: ArrayLike<number> | undefined;
  /** Which gradients `valueAndGrad` computes. Default: all there are. */
  grads?: readonly LinearGrad[] | undefined;
  /** Arrays for gradients, any of them; hidden's may be `hidden` itself. */
  out?: { readonly [G in LinearGrad]?: Writable | undefined } | undefined;
}

/** Options of a loss that a linear layer has in another form, or not at all. */
type Replaced = keyof LayerOptions | keyof HessOutOptions | 'axis' | 'reduction';

/** The options of a loss O, with those of the layer, and the types that decide what comes back. */
export type LinearOptions<O, R = Reduction | undefined, G = LayerOptions['grads'], B = LayerOptions['bias']> = Omit<
  O,
  Replaced
> &
  Omit<LayerOptions, 'grads' | 'bias'> & {
    /** Default: 'mean'. */
    reduction?: R;
    /** Which gradients `valueAndGrad` computes. Default: all there are. */
    grads?: G;
    /** b, one number a class, added to the scores. Copied. Default none. */
    bias?: B;
  };

/** The gradients that there are: those asked for, or all, of which the bias's is one where there is a bias. */
export type GradsOf<G, B> = [G] extends [readonly (infer N extends LinearGrad)[]]
  ? N
  : [B] extends [null | undefined]
    ? 'hidden' | 'weight'
    : LinearGrad;

/** What `valueAndGrad` of a linear loss returns. */
export interface LinearResult<R, N extends LinearGrad, K> {
  /** The reduced loss, or one loss a sample with `reduction: 'none'`. */
  value: Value<R, K>;
  /** The gradients of the returned value by name. */
  grad: { [G in N]: ArrayFor<K> };
  /** Σ w, the weight of all samples: what the mean divides by, unless `divisor` is given. */
  totalWeight: number;
}

/** What every loss with a linear layer before it has. */
export interface LinearDescribed {
  /** Metadata, frozen. */
  readonly info: LossInfo & { readonly shape: 'linear' };
}

/** A loss of scores and a target T with a linear layer before it. */
export interface LinearLoss<O, T = Numbers> extends LinearDescribed {
  /** The value of the loss. */
  <
    H extends Input,
    W extends Input,
    R extends Reduction | undefined = 'mean',
    const G extends readonly LinearGrad[] | undefined = undefined,
    B extends PerClass | null | undefined = undefined,
  >(
    hidden: H,
    weight: W,
    target: T,
    options?: LinearOptions<O, R, G, B>,
  ): Value<R, Kind<H> | Kind<W>>;
  /** Value and gradients. */
  valueAndGrad<
    H extends Input,
    W extends Input,
    R extends Reduction | undefined = 'mean',
    const G extends readonly LinearGrad[] | undefined = undefined,
    B extends PerClass | null | undefined = undefined,
  >(
    hidden: H,
    weight: W,
    target: T,
    options?: LinearOptions<O, R, G, B>,
  ): LinearResult<R, GradsOf<G, B>, Kind<H> | Kind<W>>;
}

/** A loss of scores alone with a linear layer before it. */
export interface LinearLoss1<O> extends LinearDescribed {
  /** The value of the loss. */
  <
    H extends Input,
    W extends Input,
    R extends Reduction | undefined = 'mean',
    const G extends readonly LinearGrad[] | undefined = undefined,
    B extends PerClass | null | undefined = undefined,
  >(
    hidden: H,
    weight: W,
    options?: LinearOptions<O, R, G, B>,
  ): Value<R, Kind<H> | Kind<W>>;
  /** Value and gradients. */
  valueAndGrad<
    H extends Input,
    W extends Input,
    R extends Reduction | undefined = 'mean',
    const G extends readonly LinearGrad[] | undefined = undefined,
    B extends PerClass | null | undefined = undefined,
  >(hidden: H, weight: W, options?: LinearOptions<O, R, G, B>): LinearResult<R, GradsOf<G, B>, Kind<H> | Kind<W>>;
}

/** Any loss that may have a linear layer before it: of elements or rows, and differentiable in its first input alone. */
// biome-ignore lint/suspicious/noExplicitAny: every loss has its own options
export type Linearable = LabelLoss<any, any> | SmoothLoss1<any> | SmoothLoss2<any> | Loss2<any>;

/** The same loss with a linear layer before it. */
export type Linear<L> =
  L extends LabelLoss<infer O, infer T>
    ? LinearLoss<O, T>
    : L extends SmoothLoss2<infer O>
      ? LinearLoss<O>
      : L extends Loss2<infer O>
        ? LinearLoss<O>
        : L extends SmoothLoss1<infer O>
          ? LinearLoss1<O>
          : never;
