/** The two sides agree: every loss has its kernels, every kernel its loss, with the same number of arguments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { innerOf } from '../../ts/core/facade/facade.ts';
import { Memory } from '../../ts/core/memory/memory.ts';
import type { KernelSource } from '../../ts/core/memory/modules.ts';
import { type Compiled, takesDense } from '../../ts/core/model/call.ts';
import { numbersOf } from '../../ts/core/model/compiled.ts';
import { kernelName, variantOf } from '../../ts/core/wasm/kernels.ts';
import { gaussianReconstruction } from '../../ts/losses/gaussian/gaussianReconstruction.ts';
import * as losses from '../../ts/losses/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const names = Object.entries(losses)
  .filter(([, loss]) => 'info' in loss)
  .map(([name]) => name);

/** All files below a folder, as paths from there. */
const filesOf = (folder: string): string[] => readdirSync(root + folder, { recursive: true, encoding: 'utf8' });
const kernelFiles = filesOf('crate/kernels/src/losses').filter((file) => file.endsWith('.rs'));
const lossFiles = filesOf('ts/losses').filter((file) => file.endsWith('.ts'));
const changelog = readFileSync(`${root}CHANGELOG.md`, 'utf8');

describe('every loss has its files', () => {
  it.each(names)('%s', (name) => {
    const isNamed = (file: string) => (path: string) => basename(path) === file;
    const kernel = name === 'elbo' ? 'gaussian_reconstruction' : snake(name);
    expect(kernelFiles.some(isNamed(`${kernel}.rs`)), `crate/kernels/src/losses/*/${kernel}.rs is missing`).toBe(true);
    expect(lossFiles.some(isNamed(`${name}.ts`)), `ts/losses/*/${name}.ts is missing`).toBe(true);
    const oracle = `test/oracle/${name}.py`;
    expect(existsSync(root + oracle), `${oracle} is missing: write it, then npm run vectors -- ${name}`).toBe(true);
    const vectors = `test/vectors/${name}.txt`;
    expect(existsSync(root + vectors), `${vectors} is missing: npm run vectors -- ${name}`).toBe(true);
    expect(changelog, `CHANGELOG.md doesn't name ${name}: write a line`).toContain(`\`${name}\``);
  });
  it('ts/losses/index.ts lists every file of a loss', () => {
    const index = readFileSync(`${root}ts/losses/index.ts`, 'utf8');
    const isLoss = (file: string): boolean =>
      readFileSync(`${root}ts/losses/${file}`, 'utf8').includes(`name: '${basename(file, '.ts')}'`);
    for (const file of lossFiles.filter(isLoss)) {
      if (basename(file) === 'gaussianReconstruction.ts') continue; // a part of elbo, not a loss of its own
      expect(index, `${file} isn't exported from ts/losses/index.ts`).toContain(`'./${file}'`);
    }
  });
  it('every file of a loss is in its family', () => {
    for (const file of kernelFiles.filter((path) => basename(path) !== 'mod.rs')) {
      const parent = ['mod.rs', `../${basename(dirname(file))}.rs`]
        .map((name) => `${root}crate/kernels/src/losses/${dirname(file)}/${name}`)
        .filter((path) => existsSync(path));
      const text = parent.map((path) => readFileSync(path, 'utf8')).join('\n');
      expect(text, `${file} isn't a module`).toContain(`mod ${basename(file, '.rs')};`);
    }
  });
});

describe('the modules', () => {
  /** The number of arguments that the facade passes: what comes before the pointers, those, and the parameters. */
  function passed(loss: Compiled, options: object, dense: boolean): number {
    const { definition, inputs, grads, targetName, hasHess } = loss;
    const parameters = numbersOf(loss, options, dense).length;
    const labels = targetName === '' ? 0 : 1;
    // sum, excess, scale, tasks, first, step, threads, n, m, dim, values; embeddings, labels, gradients, scratch memory; slopes by parameters
    if (definition.shape === 'batch') {
      const slopes = definition.properties.parameterGrad!.length;
      return 11 + inputs.length + labels + grads.length + 1 + slopes + parameters;
    }
    // sum, excess, scale, rows, width, values, weight; inputs, lengths, gradient, scratch memory
    if (definition.shape === 'list') return 7 + inputs.length + 1 + grads.length + 1 + parameters;
    // sum, excess, scale, rows, steps, width, count, values, weight, labels and both lengths, scratch memory
    if (definition.shape === 'sequence') return 12 + inputs.length + grads.length + 1 + parameters;
    // sum, excess, scale, images, classes, pixels, inner, start, count, phases, values, weight; target, class weights, states, scratch memory
    if (definition.shape === 'region') return 12 + inputs.length + 2 + grads.length + 2 + parameters;
    const isRows = definition.shape === 'rowwise';
    const vector = isRows ? definition.vector !== undefined : definition.stream !== undefined;
    // sum, excess, scale, n or rows and width; values and weights
    const fixed = (isRows ? 5 : 4) + 2;
    const arrays = inputs.length + labels + (vector ? 1 : 0);
    return fixed + arrays + grads.length * (hasHess ? 2 : 1) + parameters;
  }
  const compiled = [...Object.values(losses), gaussianReconstruction].flatMap((loss) => innerOf(loss)?.compiled ?? []);
  /** The defaults, and each choice or number in place of its default: some have kernels of their own. */
  const settings = ({ defaults, info }: Compiled): object[] => [
    defaults,
    ...Object.entries(info.parameters).flatMap(([name, { good }]) =>
      good.filter((x) => typeof x === 'string' || typeof x === 'number').map((x) => ({ ...defaults, [name]: x })),
    ),
  ];
  const wanted = compiled.flatMap((loss) => {
    const { definition, name } = loss;
    const forms = takesDense(definition) ? [false, true] : [false];
    const kernels = settings(loss).flatMap((options) =>
      forms.flatMap((dense) => {
        const { suffix, kernels } = variantOf(definition, options, dense);
        return [true, false].map(
          (single) => [kernelName(name, suffix, single), passed(loss, options, dense), kernels] as const,
        );
      }),
    );
    return [...new Map(kernels.map((kernel) => [kernel[0], kernel])).values()];
  });

  const memory = new Memory();
  const bytes = new Uint8Array(readFileSync(`${root}build/wasm/losskit.wasm`));
  const all: KernelSource = { compile: () => new WebAssembly.Module(bytes), bytes: () => bytes };
  // The highest byte of a handle is the number of its arguments.
  it.each(wanted)('%s takes the %i arguments that the facade passes', (name, count, kernels) => {
    expect(memory.find(kernels!, name) >>> 24).toBe(count);
    expect(memory.find(all, name) >>> 24).toBe(count);
  });
  it('has no kernel without a loss', () => {
    const registered = kernelFiles
      .filter((file) => file.endsWith('mod.rs'))
      .flatMap((file) => [
        ...readFileSync(`${root}crate/kernels/src/losses/${file}`, 'utf8').matchAll(/^ {4}\w+!\((\w+)/gm),
      ])
      .map(([, name]) => name!);
    const known = new Set(wanted.map(([name]) => name.slice(0, -4)));
    expect(registered.length).toBeGreaterThan(25);
    expect(registered.filter((name) => !known.has(name) && !name.endsWith('_work'))).toEqual([]);
  });
});
