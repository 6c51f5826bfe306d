/**
 * The calls whose results are hashed, from what the losses say of themselves: each loss with its defaults, with each good value of each
 * option, and with all at once. A line is what bits.mjs and the host's test need to make the call; the hash comes last.
 */
import { numbersOf } from '../../ts/core/model/compiled.ts';
import type { Parameters } from '../../ts/core/model/parameters.ts';
import { kernelName, variantOf } from '../../ts/core/wasm/kernels.ts';
import {
  type AnyLoss,
  type Dtype,
  dtypes,
  hasHess,
  innerOf,
  inputsOf,
  type Options,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';

type Size = readonly [rows: number, width: number];

/** Sizes that end inside a register, a strip and a chunk of rows. */
const sizes: { readonly [shape: string]: readonly Size[] } = {
  pointwise: [[1537, 1]],
  regularizer: [[1537, 1]],
  rowwise: [
    [67, 3],
    [33, 10],
    [9, 259],
  ],
  list: [
    [67, 3],
    [33, 10],
    [9, 259],
  ],
  sequence: [
    [5, 3],
    [3, 11],
  ],
  region: [
    [3, 1],
    [2, 3],
    [2, 11],
  ],
  batch: [[19, 35]],
};

/** Rows that a list with one number a class goes with: wider ones would only make the line long. */
const perClass: Size = [67, 3];

const listed = (options: Options): boolean => Object.values(options).some(Array.isArray);

/** The same seed for a loss and a precision, whatever stands before it. */
function seedOf(text: string): number {
  let seed = 0x811c9dc5;
  for (const c of text) seed = Math.imul(seed ^ c.charCodeAt(0), 0x01000193);
  return seed >>> 0;
}

/** Whether an option reaches kernels as weights alone. */
const makesWeights = (loss: AnyLoss, name: string): boolean => {
  const inner = innerOf(loss)!;
  const { encode } = inner.parameters[name]!;
  return inner.info.shape === 'pointwise' && encode === null;
};

/** The line of one call, but for its hash. */
function lineOf(loss: AnyLoss, dtype: Dtype, form: string, [rows, width]: Size, options: Options): string {
  const { name } = loss.info;
  const { kernel, numbers, vector } = kernelParameters(loss, form, width, options);
  const inputs = inputsOf(loss, options).map((input) => {
    const domain = input.domain !== 'classes' ? input.domain : form === 'dense' ? 'unit' : 'labels';
    return input.per === 'row' && domain !== 'labels' && form === 'plain' ? `${domain}/row` : domain;
  });
  return [
    `${name} ${dtype} ${rows}x${width} ${JSON.stringify(options)}`,
    `kernel=${kernel === '' ? '' : `${kernel}${dtype === 'float32' ? '_f32' : '_f64'}`} shape=${loss.info.shape}`,
    `inputs=${inputs} params=${numbers} vector=${vector} seed=${seedOf(`${name} ${dtype}`)}`,
    // Said where options leave out what the kernel could write.
    ...(loss.info.hessian && !hasHess(loss, options) ? ['order=1'] : []),
  ].join(' ');
}

/** The parameter that travels as one number a class, of losses that don't say which it is. */
const vectorOf = (parameters: Parameters): string | undefined =>
  Object.keys(parameters).find((name) => parameters[name]!.kind === 'vector');

/** The kernel, less its element type, and the parameters as it gets them: numbers, and one number a class. */
export function kernelParameters(loss: AnyLoss, form: string, width: number, options: Options) {
  const { compiled } = innerOf(loss)!;
  if (compiled === null) return { kernel: '', numbers: [], vector: [] };
  const { definition, defaults } = compiled;
  const parameters: Parameters = compiled.parameters;
  const stated = Object.entries(options).filter(([, x]) => x !== undefined);
  const checked = stated.map(([key, x]) => [key, parameters[key]!.check(loss.info.name, key, x)]);
  const values: Options = { ...defaults, ...Object.fromEntries(checked) };
  const name =
    'vector' in definition ? definition.vector : 'stream' in definition ? definition.stream : vectorOf(parameters);
  const given = name === undefined ? null : values[name];
  const repeated = typeof given === 'number' && 'vector' in definition ? new Float64Array(width).fill(given) : given;
  const vector = repeated instanceof Float64Array ? [...repeated] : [];
  const { suffix } = variantOf(definition, values, form === 'dense');
  const kernel = kernelName(compiled.name, suffix, true).slice(0, -'_f32'.length);
  return { kernel, numbers: numbersOf(compiled, values, form === 'dense'), vector };
}

/** Linear layers: two blocks of classes, and two chunks of rows. With `mse` it's a call that the host puts together as well. */
const layers = [
  [70, 300, 33],
  [530, 12, 5],
] as const;
const layerLines = dtypes.flatMap((dtype) =>
  layers.flatMap(([rows, classes, dim]) =>
    ['linearMse', 'linearCrossEntropy'].map((name) => {
      const isMse = name === 'linearMse';
      const kernel = isMse ? 'linear' : '';
      const inputs = `real,real,real${isMse ? '' : ',labels'}`;
      const call = `${name} ${dtype} ${rows}x${classes} ${JSON.stringify({ dim })}`;
      return `${call} kernel=${kernel} shape=linear inputs=${inputs} params=${dim} vector= seed=${seedOf(`${name} ${dtype}`)}`;
    }),
  ),
);

/** Every call, but those whose samples can't be taken one by one. */
export const lines: readonly string[] = [
  ...layerLines,
  ...table.flatMap(([, loss]) =>
    dtypes.flatMap((dtype) =>
      targetForms(loss).flatMap((form) => {
        const at = (all: readonly Size[], keep: (options: Options) => boolean) =>
          all.flatMap((size) =>
            variants(loss, size[1])
              .filter((options) => keep(options) && !(form === 'dense' && 'ignoreIndex' in options))
              .filter(
                (options) => !Object.keys(options).some((name) => name === 'overBatch' || makesWeights(loss, name)),
              )
              .map((options) => lineOf(loss, dtype, form, size, options)),
          );
        return [...at(sizes[loss.info.shape]!, (options) => !listed(options)), ...at([perClass], listed)];
      }),
    ),
  ),
];
