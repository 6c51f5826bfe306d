/**
 * The kernel and the parameters of every set of options in the golden vectors. Defaults and the way from options to numbers are
 * in TypeScript alone, so the host's test reads them from the file that these lines make.
 */
import { takesDense } from '../../ts/core/model/call.ts';
import { definitionOf, table } from '../support/losses.ts';
import { cases, hasVectors, options } from '../support/vectors.ts';
import { kernelParameters } from './cases.ts';

/** One line a loss, form of the target, width and options. */
export function parameterLines(): string[] {
  const lines = new Set<string>();
  for (const [name, loss] of table) {
    const definition = definitionOf(loss);
    if (definition === null || !hasVectors(name)) continue;
    const isDense = takesDense(definition);
    for (const c of cases(name)) {
      const form = c.fields.has('labels') ? 'labels' : isDense ? 'dense' : 'plain';
      const width = c.fields.get('width') ?? '';
      const given = [...c.fields].filter(([key]) => key.startsWith('opt.'));
      const key = [`${name} ${form} width=${width}`, ...given.map(([option, text]) => `${option}=${text}`)].join(' ');
      const { kernel, numbers, vector } = kernelParameters(loss, form, Number(width), options(c));
      lines.add(`${key} => kernel=${kernel} params=${numbers} vector=${vector}`);
    }
  }
  return [...lines];
}
