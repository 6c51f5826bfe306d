/** The page of a loss on the documentation's site: its calls and its options, where typedoc would only say that it is a constant. */

/** A default as code has it. */
const shown = (value) =>
  typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value}]` : String(value);

const inputsOf = ({ inputs, byName }) => {
  const names = inputs.map(({ name }) => name).join(', ');
  return byName ? `{ ${names} }` : names;
};

/** The calls, with what they return. */
export function callsOf(info) {
  const call = (method) => `${info.name}${method}(${inputsOf(info)}, options?)`;
  const several = info.differentiable.length > 1 ? `   // a gradient each: ${info.differentiable.join(', ')}` : '';
  const isReduced = info.shape !== 'regularizer';
  const rest = isReduced ? ', totalWeight' : '';
  return [
    `${call('')}: number${isReduced ? `   // reduction 'none': FloatArray` : ''}`,
    `${call('.valueAndGrad')}: { value, grad${rest} }${several}`,
    ...(info.hessian ? [`${call('.valueGradHess')}: { value, grad, hess${rest} }`] : []),
  ].join('\n');
}

/** One cell: no line ends, no bars. */
const cell = (text) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

/** The table of options as parts of a comment: the loss's own first, then those that all of its kind have. */
function tableOf(info, properties) {
  const own = Object.keys(info.parameters);
  const rank = ({ name }) => (own.includes(name) ? own.indexOf(name) : own.length);
  const sorted = [...properties].sort((a, b) => rank(a) - rank(b));
  const row = ({ name, comment }) => {
    const parameter = info.parameters[name];
    const fallback = parameter ? (parameter.default === null ? 'none' : `\`${shown(parameter.default)}\``) : '';
    const about = (comment?.summary ?? []).map((part) => ({ ...part, text: cell(part.text) }));
    return [{ kind: 'text', text: `\n| \`${name}\` | ${fallback} | ` }, ...about, { kind: 'text', text: ' |' }];
  };
  const reduction =
    info.shape === 'regularizer'
      ? ''
      : '\n| `reduction` | `\'mean\'` | one of "mean", "sum", "none" | The weighted mean, the weighted sum, or each loss by itself. |';
  return [
    { kind: 'text', text: '| option | default | meaning |\n|---|---|---|' },
    ...sorted.flatMap(row),
    { kind: 'text', text: reduction },
  ];
}

/** Adds the calls and the table of options to the comments of the losses of a module. */
export function describeLosses(module, losskit, { CommentTag }) {
  for (const reflection of module.children) {
    const info = losskit[reflection.name]?.info;
    if (info === undefined || info.shape === 'linear' || reflection.comment === undefined) continue;
    const options = module.children.find(({ name }) => name.toLowerCase() === `${info.name}options`.toLowerCase());
    const tags = reflection.comment.blockTags;
    const after = tags.findIndex(({ tag }) => tag === '@parameters' || tag === '@param') + 1;
    tags.splice(after, 0, new CommentTag('@options', tableOf(info, options?.children ?? [])));
    tags.unshift(new CommentTag('@calls', [{ kind: 'code', text: `\`\`\`ts\n${callsOf(info)}\n\`\`\`` }]));
  }
}

const SIGNATURE = /<div class="tsd-signature">[\s\S]*?<\/div>\s*(?=<div class="tsd-comment)/;
const CALLS = /<div class="tsd-tag-calls">[\s\S]*?(<pre>[\s\S]*?<\/pre>)\s*<\/div>/;

/** The HTML of a page without what says nothing: that a loss is a constant; and its calls where its type stood. */
export function plainer(html, isLoss) {
  const titled = html.replace(/<h1>Variable (\w+)<code class="tsd-tag">Const<\/code><\/h1>/, '<h1>$1</h1>');
  const calls = isLoss ? titled.match(CALLS) : null;
  if (calls === null) return titled;
  return titled.replace(CALLS, '').replace(SIGNATURE, () => `<div class="tsd-typography">${calls[1]}</div>`);
}
