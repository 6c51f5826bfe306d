/** The types of `objective`: its arguments are the loss's, its gradients have the arguments' shapes. */
import type {
  ArrayFor,
  Beside,
  FloatArray,
  Input,
  Kind,
  Numbers,
  Reduction,
  Resident,
  Writable,
} from '../base/types.ts';
import type { GradsOf, LinearDescribed } from './linear/types.ts';

// biome-ignore lint/suspicious/noExplicitAny: every loss has its own arguments
type AnyFunction = (...args: any[]) => any;

/** Any loss: something to call, and its `valueAndGrad`. */
export type DataLoss = AnyFunction & { readonly valueAndGrad: AnyFunction };

/** The parameters that a penalty weighs: one array, or a list of arrays. */
export type Penalised = Input | readonly Input[];

/** Options with a reduction, less 'none', which has no single value to add a penalty to. */
type Reduced<T> = T extends { reduction?: Reduction | undefined }
  ? Omit<T, 'reduction'> & { reduction?: 'mean' | 'sum' | undefined }
  : T;

/** A loss's own argument list. */
export type InputsOf<L extends DataLoss> = Readonly<ReducedAll<Parameters<L>>>;
type ReducedAll<A extends readonly unknown[]> = { [K in keyof A]: Reduced<A[K]> };

/** What the array arguments say about the precision. */
type Kinds<I extends readonly unknown[]> = I[0] extends Input
  ? I[1] extends Numbers
    ? Beside<I[0], I[1]>
    : Kind<I[0]>
  : never;

/** A loss's gradient for these arguments: one array, or a record. */
export type Gradient<L extends DataLoss, I extends readonly unknown[]> = L extends LinearDescribed
  ? { [N in LinearNames<I[2] | I[3]>]: ArrayFor<Kinds<I>> }
  : [Kinds<I>] extends [never]
    ? ReturnType<L['valueAndGrad']>['grad']
    : ReturnType<L['valueAndGrad']>['grad'] extends FloatArray
      ? ArrayFor<Kinds<I>>
      : { [N in keyof ReturnType<L['valueAndGrad']>['grad']]: ArrayFor<Kinds<I>> };

/** The gradients of a linear layer with these options. */
type LinearNames<O> = GradsOf<Given<OptionOf<O, 'grads'>>, Given<OptionOf<O, 'bias'>>>;

/** The type of an option; never where it isn't given. */
type OptionOf<O, K extends string> = O extends { readonly [P in K]: infer V } ? V : never;
type Given<V> = [V] extends [never] ? undefined : V;

/** One array for one, a list for a list. */
export type ParamsGradient<P> = P extends readonly Input[]
  ? { -readonly [K in keyof P]: ArrayFor<Kind<P[K]>> }
  : ArrayFor<Kind<P>>;

/** Where the parameters' gradients may be written. */
export type ParamsOut<P> = P extends readonly Input[] ? { readonly [K in keyof P]: WritableFor<P[K]> } : WritableFor<P>;
type WritableFor<A> = A extends Float32Array | Resident<'float32'>
  ? Float32Array | Resident<'float32'>
  : A extends Float64Array | Resident<'float64'>
    ? Float64Array | Resident<'float64'>
    : Writable;
