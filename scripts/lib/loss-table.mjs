/** The README's table of losses. */

/** A default as a reader writes it. */
const shown = (value) =>
  Array.isArray(value) ? `[${value}]` : typeof value === 'string' ? `'${value}'` : String(value);

/** `losskit` is the package's exports; returns Markdown, a line a loss, in the order of the families. */
export function lossTable(losskit) {
  const losses = Object.values(losskit)
    .filter((x) => typeof x === 'function' && x.info !== undefined)
    .sort((a, b) => (a.info.name < b.info.name ? -1 : 1));
  const families = [...new Set(losses.map((loss) => loss.info.family))];
  const row = ({ info }) => {
    const inputs = info.inputs.map(({ name, differentiable }) => (differentiable ? `**${name}**` : name)).join(', ');
    const options = Object.entries(info.parameters).map(([name, p]) =>
      p.default === null ? name : `${name} = ${shown(p.default)}`,
    );
    const call = info.byName ? `{ ${inputs} }` : inputs;
    return `| \`${info.name}\` | ${call} | ${options.join(', ')} | ${info.torch ? `\`${info.torch.replace('torch.nn.functional.', '')}\`` : ''} |`;
  };
  const section = (family) => losses.filter(({ info }) => info.family === family).map(row);
  return [
    '| loss | inputs (gradients in **bold**) | options | in PyTorch |',
    '|---|---|---|---|',
    ...families.flatMap((family) => [`| *${family}* | | | |`, ...section(family)]),
  ].join('\n');
}
