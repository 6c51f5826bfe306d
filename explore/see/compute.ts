/** Values and derivatives of a loss over a line or a grid, all computed by losskit. */
import { lossOf, optionsOf } from '../catalogue/index.ts';
import type { Entry, Grid, Settings } from '../catalogue/types.ts';

/** A loss over one input; no second derivative where the loss has none. */
export interface Line {
  readonly value: Float64Array;
  readonly grad: Float64Array;
  readonly hess: Float64Array | null;
}

/** A loss over two inputs, with its gradient at any point of the grid. */
export interface Field {
  readonly value: Float64Array;
  gradient(i: number): readonly [number, number];
  /** ∂²L/∂x² and ∂²L/∂y²; null where the loss has no second derivative. */
  readonly hess: ((i: number) => readonly [number, number]) | null;
}

const only = (x: unknown, name: string): Float64Array =>
  (x instanceof Float64Array ? x : (x as { [input: string]: Float64Array })[name]!) as Float64Array;

/** A pointwise loss, or a penalty, at each of `xs`. */
export function line({ name, knobs, view }: Entry, xs: Float64Array, settings: Settings): Line {
  if (view.kind !== 'curve') throw new TypeError(`${name} has no curve`);
  const loss = lossOf(name);
  const options = optionsOf(knobs, settings);
  if (loss.info.shape === 'regularizer') {
    // A penalty is a sum over its parameters: one at a time, then.
    const value = new Float64Array(xs.length);
    const grad = new Float64Array(xs.length);
    xs.forEach((x, i) => {
      const at = loss.valueAndGrad([x], options);
      value[i] = at.value as number;
      grad[i] = only(at.grad, view.along)[0]!;
    });
    return { value, grad, hess: null };
  }
  const each = { ...options, reduction: 'none' };
  if (!loss.info.hessian) {
    const { value, grad } = loss.valueAndGrad(...view.inputs(xs, settings), each);
    return { value: value as Float64Array, grad: only(grad, view.along), hess: null };
  }
  const { value, grad, hess } = loss.valueGradHess!(...view.inputs(xs, settings), each);
  return { value: value as Float64Array, grad: only(grad, view.along), hess: only(hess, view.along) };
}

/** Any other loss at each point of the grid. */
export function field({ name, knobs, view }: Entry, grid: Grid, settings: Settings): Field {
  if (view.kind !== 'surface') throw new TypeError(`${name} has no surface`);
  const loss = lossOf(name);
  const options = optionsOf(knobs, settings);
  const gradientOf = view.gradient as (grad: unknown, i: number, settings: Settings) => readonly [number, number];
  const gradient = (grad: unknown, i: number) => gradientOf(grad, i, settings);
  const at = (some: Grid, reduction: object) => {
    const { args, widths } = view.inputs(some, settings);
    return [...args, { ...options, ...widths, ...reduction }];
  };
  if (view.single) {
    const point = (i: number) => at({ xs: grid.xs.subarray(i, i + 1), ys: grid.ys.subarray(i, i + 1) }, {});
    const all = Array.from(grid.xs, (_, i) => {
      const { value, grad } = loss.valueAndGrad(...point(i));
      return { value: value as number, grad: gradient(grad, 0) };
    });
    return { value: Float64Array.from(all, ({ value }) => value), gradient: (i) => all[i]!.grad, hess: null };
  }
  const all = at(grid, { reduction: 'none' });
  if (!loss.info.hessian) {
    const { value, grad } = loss.valueAndGrad(...all);
    return { value: value as Float64Array, gradient: (i) => gradient(grad, i), hess: null };
  }
  const { value, grad, hess } = loss.valueGradHess!(...all);
  return {
    value: value as Float64Array,
    gradient: (i) => gradient(grad, i),
    hess: (i) => gradient(hess, i),
  };
}

/** What the colours of a surface show. */
export type Height = 'loss' | 'slope' | 'curvature';

/** The heights to show: the loss, the length of its gradient, or the sum of its second derivatives. */
export function heightsOf({ value, gradient, hess }: Field, height: Height): Float64Array {
  if (height === 'slope') return value.map((_, i) => Math.hypot(...gradient(i)));
  if (height === 'loss' || hess === null) return value;
  return value.map((_, i) => hess(i)[0] + hess(i)[1]);
}

/** The Lipschitz constant of a sample's loss, which bounds its gradient; null: none, or none known for these settings. */
export function bound({ name, knobs }: Entry, settings: Settings): number | null {
  const { lipschitz, parameters } = lossOf(name).info;
  if (typeof lipschitz !== 'function') return lipschitz;
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, parameter.default]));
  try {
    const constant = lipschitz({ ...defaults, ...optionsOf(knobs, settings) });
    return Number.isFinite(constant) ? constant : null;
  } catch {
    return null;
  }
}
