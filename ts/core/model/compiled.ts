/** A definition with everything that doesn't change from call to call worked out. */

import { bare } from '../base/keys.ts';
import type { InputInfo, LossInfo, ParameterInfo } from '../base/types.ts';
import type { Compiled, Steps } from './call.ts';
import type { Definition } from './definition.ts';

/** The numbers of parameters that go to the kernel. */
export function numbersOf(loss: Pick<Compiled, 'definition' | 'parameters'>, p: object, dense: boolean): number[] {
  const { definition } = loss;
  const values = p as { readonly [name: string]: unknown };
  if (dense && 'denseParameters' in definition && definition.denseParameters) {
    return definition.denseParameters(values as never);
  }
  if (definition.kernelParameters) return definition.kernelParameters(values as never);
  const numbers: number[] = [];
  const rows = definition.shape === 'rowwise' ? definition : null;
  const left = rows?.variant?.(values as never) == null ? (rows?.variantParameters ?? []) : [];
  for (const name of Object.keys(loss.parameters)) {
    const { encode } = loss.parameters[name]!;
    if (encode === null || (dense && name === 'ignoreIndex') || left.includes(name)) continue;
    const value = values[name];
    // A stream of one number a class takes the place of the single number.
    numbers.push(value instanceof Float64Array ? 1 : encode(value));
  }
  return numbers;
}

/** The defaults as the kernel gets them. */
export function defaultNumbers(loss: Compiled, dense = false): readonly number[] {
  const place = dense ? 1 : 0;
  const known = loss.defaultNumbers[place];
  if (known !== null) return known;
  const numbers = numbersOf(loss, loss.defaults, dense);
  loss.defaultNumbers[place] = numbers;
  return numbers;
}

const sampleOptions = ['reduction', 'sampleWeight', 'divisor', 'classes', 'dim', 'batch', 'shape', 'out'];
const hessOptions = ['hessOut', 'hessianFloor'];

/** The options that a loss has besides its parameters, in the order that messages list them. */
export function commonOptions(shape: Definition['shape'], hasHess: boolean, hasAxis = false): readonly string[] {
  if (shape === 'regularizer') return ['out'];
  const axis = hasAxis ? ['axis'] : [];
  if (shape === 'sequence' || shape === 'region')
    return [...sampleOptions.filter((option) => option !== 'dim'), ...axis];
  if (shape === 'batch') return sampleOptions.filter((option) => option !== 'sampleWeight');
  return [...sampleOptions, ...axis, ...(hasHess ? hessOptions : [])];
}

/** Works a definition out. */
export function compile(given: Definition, steps: Steps): Compiled {
  const definition = bare(given);
  const { name, shape, parameters } = definition;
  const inputs = definition.inputs.map((spec) => spec.name);
  const grads = gradNames(definition, inputs);
  const noHessianWith = 'noHessianWith' in definition ? definition.noHessianWith : [];
  const hasHess = 'hess' in definition && definition.hess !== undefined;
  const targetName = targetOf(definition);
  const defaults: { [name: string]: unknown } = {};
  for (const key of Object.keys(parameters)) defaults[key] = parameters[key]!.default;
  const options = [...Object.keys(parameters), ...commonOptions(shape, hasHess, steps.axis !== undefined)];
  return {
    definition,
    steps: bare(steps),
    name,
    shape,
    inputs,
    grads,
    gradPlaces: grads.map((grad) => inputs.indexOf(grad)),
    targetName,
    options,
    optionSet: new Set(options),
    parameters,
    defaults: Object.freeze(bare(defaults)),
    defaultNumbers: [null, null],
    hasHess,
    views: definition.properties.views ?? 1,
    hasVector: definition.shape === 'rowwise' ? definition.vector !== undefined : 'stream' in definition,
    kernels: {},
    info: describe(definition, inputsOf(definition, targetName, grads), hasHess, false, noHessianWith),
  };
}

function gradNames(definition: Definition, inputs: readonly string[]): readonly string[] {
  if (definition.shape === 'list') return inputs.slice(0, 1);
  if (definition.shape === 'rowwise') return definition.differentiable ?? inputs.slice(0, 1);
  if (definition.shape !== 'pointwise' && definition.shape !== 'regularizer') return inputs;
  return inputs.filter((name) => Object.hasOwn(definition.grad, name));
}

function targetOf(definition: Definition): string {
  if (definition.shape === 'sequence') return 'labels';
  if (definition.shape === 'region') return 'target';
  if (definition.shape === 'batch') return definition.target ?? '';
  if (definition.shape !== 'rowwise' || definition.target === 'none') return '';
  return definition.targetName ?? (definition.target === 'labels' ? 'labels' : 'target');
}

/** The parameter that leaves no second derivative, as it doesn't have its default; undefined where there is one. */
export const withoutHess = ({ noHessianWith, parameters }: LossInfo, given: object): string | undefined =>
  noHessianWith.find((name) => {
    const fallback = parameters[name]!.default;
    return ((given as { readonly [name: string]: unknown })[name] ?? fallback) !== fallback;
  });

/** The arguments as `info` has them. */
function inputsOf(definition: Definition, targetName: string, grads: readonly string[]): InputInfo[] {
  const inputs = definition.inputs.map(
    ({ name, domain }): InputInfo => ({ name, domain, per: 'element', differentiable: grads.includes(name) }),
  );
  if (targetName === '') return inputs;
  if (definition.shape !== 'rowwise') {
    const domain = definition.shape === 'region' ? 'classes' : 'labels';
    return [...inputs, { name: targetName, domain, per: 'row', differentiable: false }];
  }
  const { target, targetDomain = 'real' } = definition;
  const domain = target === 'scalar' ? targetDomain : (target as 'labels' | 'classes');
  return [...inputs, { name: targetName, domain, per: 'row', differentiable: false }];
}

/** The frozen metadata. */
export function describe(
  definition: Pick<Definition, 'name' | 'family' | 'parameters' | 'properties'> & Pick<LossInfo, 'shape'>,
  inputs: readonly InputInfo[],
  hessian: boolean,
  byName = false,
  noHessianWith: readonly string[] = [],
): LossInfo {
  const { name, family, shape, properties } = definition;
  const parameters: { [name: string]: ParameterInfo } = {};
  for (const key of Object.keys(definition.parameters)) {
    const { default: fallback, domain, good, bad } = definition.parameters[key]!;
    parameters[key] = Object.freeze({ default: fallback, domain, good, bad });
  }
  const differentiable = inputs.filter((input) => input.differentiable).map((input) => input.name);
  return Object.freeze({
    name,
    family,
    shape,
    inputs: Object.freeze(inputs.map((input) => Object.freeze(input))),
    byName,
    differentiable: Object.freeze(differentiable),
    parameters: Object.freeze(parameters),
    hessian,
    noHessianWith: Object.freeze([...noHessianWith]),
    ...properties,
  });
}
