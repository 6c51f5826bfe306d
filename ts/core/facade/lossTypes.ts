/** The public types of the callable losses, by the number of their array arguments. */
import type {
  Beside,
  Input,
  Kind,
  Labels,
  LossInfo,
  Numbers,
  Reduction,
  Targets,
  Value,
  ValueAndGrad,
  ValueGradHess,
} from '../base/types.ts';

/** Options O, with the reduction that decides the type of the result. */
export type With<O, R> = O & { /** Default: 'mean'. */ reduction?: R };

/** What every loss has. */
export interface Described {
  /** Metadata, frozen. */
  readonly info: LossInfo;
}

/** A loss of one array. */
export interface Loss1<O, G extends string = never> extends Described {
  /** The value of the loss. */
  <A extends Input, R extends Reduction | undefined = 'mean'>(x: A, options?: With<O, R>): Value<R, Kind<A>>;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input, R extends Reduction | undefined = 'mean'>(
    x: A,
    options?: With<O, R>,
  ): ValueAndGrad<R, G, Kind<A>>;
}

/** A loss of one array with a second derivative. */
export interface SmoothLoss1<O, G extends string = never> extends Loss1<O, G> {
  /** Value, gradient and diagonal second derivative. */
  valueGradHess<A extends Input, R extends Reduction | undefined = 'mean'>(
    x: A,
    options?: With<O, R>,
  ): ValueGradHess<R, G, Kind<A>>;
}

/** A loss of two arrays. */
export interface Loss2<O, G extends string = never> extends Described {
  /** The value of the loss. */
  <A extends Input, B extends Numbers, R extends Reduction | undefined = 'mean'>(
    pred: A,
    target: B,
    options?: With<O, R>,
  ): Value<R, Beside<A, B>>;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input, B extends Numbers, R extends Reduction | undefined = 'mean'>(
    pred: A,
    target: B,
    options?: With<O, R>,
  ): ValueAndGrad<R, G, Beside<A, B>>;
}

/** A loss of two arrays with a second derivative. */
export interface SmoothLoss2<O, G extends string = never> extends Loss2<O, G> {
  /** Value, gradient and diagonal second derivative. */
  valueGradHess<A extends Input, B extends Numbers, R extends Reduction | undefined = 'mean'>(
    pred: A,
    target: B,
    options?: With<O, R>,
  ): ValueGradHess<R, G, Beside<A, B>>;
}

/** A loss of three arrays. */
export interface Loss3<O, G extends string = never> extends Described {
  /** The value of the loss. */
  <A extends Input, B extends Numbers, C extends Numbers, R extends Reduction | undefined = 'mean'>(
    first: A,
    second: B,
    third: C,
    options?: With<O, R>,
  ): Value<R, Kind<A> | Kind<B> | Kind<C>>;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input, B extends Numbers, C extends Numbers, R extends Reduction | undefined = 'mean'>(
    first: A,
    second: B,
    third: C,
    options?: With<O, R>,
  ): ValueAndGrad<R, G, Kind<A> | Kind<B> | Kind<C>>;
}

/** A loss of three arrays with a second derivative. */
export interface SmoothLoss3<O, G extends string = never> extends Loss3<O, G> {
  /** Value, gradient and diagonal second derivative. */
  valueGradHess<A extends Input, B extends Numbers, C extends Numbers, R extends Reduction | undefined = 'mean'>(
    first: A,
    second: B,
    third: C,
    options?: With<O, R>,
  ): ValueGradHess<R, G, Kind<A> | Kind<B> | Kind<C>>;
}

/** A loss of rows of scores and a target T: labels, or (ClassLoss) also dense targets. */
export interface LabelLoss<O, T = Labels> extends Described {
  /** The value of the loss. */
  <A extends Input, R extends Reduction | undefined = 'mean'>(
    scores: A,
    target: T,
    options?: With<O, R>,
  ): Value<R, Kind<A>>;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input, R extends Reduction | undefined = 'mean'>(
    scores: A,
    target: T,
    options?: With<O, R>,
  ): ValueAndGrad<R, never, Kind<A>>;
  /** Value, gradient and diagonal second derivative. */
  valueGradHess<A extends Input, R extends Reduction | undefined = 'mean'>(
    scores: A,
    target: T,
    options?: With<O, R>,
  ): ValueGradHess<R, never, Kind<A>>;
}

/** A loss of sequences of scores and the labels that they spell. */
export interface SequenceLoss<O> extends Described {
  /** The value of the loss. */
  <A extends Input, R extends Reduction | undefined = 'mean'>(
    logits: A,
    labels: Labels,
    options?: With<O, R>,
  ): Value<R, Kind<A>>;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input, R extends Reduction | undefined = 'mean'>(
    logits: A,
    labels: Labels,
    options?: With<O, R>,
  ): ValueAndGrad<R, never, Kind<A>>;
}

/** A loss of the regions of images, and their labels or dense targets. */
export interface RegionLoss<O> extends Described {
  /** The value of the loss. */
  <A extends Input, R extends Reduction | undefined = 'mean'>(
    pred: A,
    target: Targets,
    options?: With<O, R>,
  ): Value<R, Kind<A>>;
  /** Value and gradient from one call. */
  valueAndGrad<A extends Input, R extends Reduction | undefined = 'mean'>(
    pred: A,
    target: Targets,
    options?: With<O, R>,
  ): ValueAndGrad<R, never, Kind<A>>;
}

/** The derivatives of the returned value by scalar parameters P. */
export interface ParameterGrad<P extends string> {
  /** Scaled like the value. For a temperature that is learned. */
  parameterGrad: { [N in P]: number };
}

/** A loss of a batch as a whole, of two sets of embeddings. */
export interface BatchLoss2<O, G extends string, P extends string> extends Described {
  /** The value of the loss. */
  <A extends Input, B extends Input, R extends Reduction | undefined = 'mean'>(
    first: A,
    second: B,
    options?: With<O, R>,
  ): Value<R, Kind<A> | Kind<B>>;
  /** Value, gradient, and the derivatives by parameters. */
  valueAndGrad<A extends Input, B extends Input, R extends Reduction | undefined = 'mean'>(
    first: A,
    second: B,
    options?: With<O, R>,
  ): ValueAndGrad<R, G, Kind<A> | Kind<B>> & ParameterGrad<P>;
}

/** A loss of a batch as a whole, of one set of embeddings and their labels. */
export interface BatchLabelLoss<O, P extends string> extends Described {
  /** The value of the loss. */
  <A extends Input, R extends Reduction | undefined = 'mean'>(
    z: A,
    labels: Labels,
    options?: With<O, R>,
  ): Value<R, Kind<A>>;
  /** Value, gradient, and the derivatives by parameters. */
  valueAndGrad<A extends Input, R extends Reduction | undefined = 'mean'>(
    z: A,
    labels: Labels,
    options?: With<O, R>,
  ): ValueAndGrad<R, never, Kind<A>> & ParameterGrad<P>;
}

/** A loss of rows of scores, with labels or dense targets. */
export type ClassLoss<O> = LabelLoss<O, Targets>;

/** A penalty on parameters: a sum, with no reduction. */
export interface Regularizer<O> extends Described {
  /** The value of the penalty. */
  (theta: Input, options?: O): number;
  /** Value and gradient from one pass. */
  valueAndGrad<A extends Input>(theta: A, options?: O): ValueAndGrad<'sum', never, Kind<A>>;
}

/** What `elbo` takes: reconstruction and target are [n, features], mu and logVar [n, latents]. */
export interface ElboInputs<
  A extends Input = Input,
  B extends Numbers = Numbers,
  C extends Input = Input,
  D extends Input = Input,
> {
  /** The decoder's output: logits for 'bernoulli', means for 'gaussian'. */
  recon: A;
  /** The data. */
  target: B;
  /** Means of the approximate posterior. */
  mu: C;
  /** Logarithms of its variances. */
  logVar: D;
}

/** The two terms of an ELBO, reduced like its value: value = reconstruction + β·kl. */
export interface ElboTerms<R, K> {
  reconstruction: Value<R, K>;
  kl: Value<R, K>;
}

/** The negative evidence lower bound. */
export interface ElboLoss<O> extends Described {
  /** The value of the loss. */
  <A extends Input, B extends Numbers, C extends Input, D extends Input, R extends Reduction | undefined = 'mean'>(
    inputs: ElboInputs<A, B, C, D>,
    options?: With<O, R>,
  ): Value<R, Kind<A> | Kind<B> | Kind<C> | Kind<D>>;
  /** Value, its two terms and gradient. */
  valueAndGrad<
    A extends Input,
    B extends Numbers,
    C extends Input,
    D extends Input,
    R extends Reduction | undefined = 'mean',
  >(
    inputs: ElboInputs<A, B, C, D>,
    options?: With<O, R>,
  ): ValueAndGrad<R, 'recon' | 'mu' | 'logVar', Kind<A> | Kind<B> | Kind<C> | Kind<D>> &
    ElboTerms<R, Kind<A> | Kind<B> | Kind<C> | Kind<D>>;
  /** Value, its two terms, gradient and diagonal second derivative. */
  valueGradHess<
    A extends Input,
    B extends Numbers,
    C extends Input,
    D extends Input,
    R extends Reduction | undefined = 'mean',
  >(
    inputs: ElboInputs<A, B, C, D>,
    options?: With<O, R>,
  ): ValueGradHess<R, 'recon' | 'mu' | 'logVar', Kind<A> | Kind<B> | Kind<C> | Kind<D>> &
    ElboTerms<R, Kind<A> | Kind<B> | Kind<C> | Kind<D>>;
}
