/** Small changes to the sources, of which tests should notice every one: operators, conditions, numbers, and statements that are left out. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const { SyntaxKind: Kind } = ts;

const operators = new Map([
  [Kind.PlusToken, '-'],
  [Kind.MinusToken, '+'],
  [Kind.AsteriskToken, '/'],
  [Kind.SlashToken, '*'],
  [Kind.LessThanToken, '<='],
  [Kind.LessThanEqualsToken, '<'],
  [Kind.GreaterThanToken, '>='],
  [Kind.GreaterThanEqualsToken, '>'],
  [Kind.EqualsEqualsEqualsToken, '!=='],
  [Kind.ExclamationEqualsEqualsToken, '==='],
  [Kind.AmpersandAmpersandToken, '||'],
  [Kind.BarBarToken, '&&'],
]);

/** What is written over `node` in turn. */
function changesOf(node) {
  if (ts.isBinaryExpression(node) && operators.has(node.operatorToken.kind)) {
    const isText = [node.left, node.right].some(
      (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
    );
    return isText ? [] : [[node.operatorToken, operators.get(node.operatorToken.kind)]];
  }
  if (ts.isPrefixUnaryExpression(node) && [Kind.ExclamationToken, Kind.MinusToken].includes(node.operator)) {
    return [[node, node.operand.getText()]];
  }
  if (ts.isNumericLiteral(node)) return [[node, node.text === '0' ? '1' : `(${node.getText()} + 1)`]];
  if (node.kind === Kind.TrueKeyword) return [[node, 'false']];
  if (node.kind === Kind.FalseKeyword) return [[node, 'true']];
  if (ts.isIfStatement(node)) return ['true', 'false'].map((value) => [node.expression, value]);
  if (ts.isConditionalExpression(node)) return ['true', 'false'].map((value) => [node.condition, value]);
  const isLeftOut =
    ts.isExpressionStatement(node) && [Kind.CallExpression, Kind.BinaryExpression].includes(node.expression.kind);
  if (isLeftOut) return [[node, ';']];
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'Math') {
    const other = { max: 'min', min: 'max', floor: 'ceil', ceil: 'floor' }[node.name.text];
    return other === undefined ? [] : [[node.name, other]];
  }
  return [];
}

/** All mutants of a TypeScript file: where, and what stands there instead. */
function ofTypeScript(file) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const all = [];
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    for (const [place, instead] of changesOf(node)) {
      all.push({ file, text, start: place.getStart(source), end: place.getEnd(), instead });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return all;
}

/** What is exchanged in Rust, where it stands among spaces or before a parenthesis. */
const exchanges = [
  [' + ', ' - '],
  [' - ', ' + '],
  [' * ', ' / '],
  [' / ', ' * '],
  [' < ', ' <= '],
  [' > ', ' >= '],
  [' == ', ' != '],
  [' && ', ' || '],
  [' & ', ' | '],
  ['.pmin(', '.pmax('],
  ['.pmax(', '.pmin('],
  ['.lt(', '.le('],
  ['.le(', '.lt('],
  ['.keep(', '.drop('],
  ['.drop(', '.keep('],
  ['c(1.0)', 'c(2.0)'],
  ['c(0.5)', 'c(1.0)'],
  ['zero()', 'c(1.0)'],
  ['true', 'false'],
  ['false', 'true'],
];

/** All mutants of a Rust file, comments and attributes left alone. */
function ofRust(file) {
  const text = readFileSync(file, 'utf8');
  const code = text.replace(/(\/\/.*|#!?\[.*)/g, (x) => ' '.repeat(x.length));
  const all = [];
  for (const [what, instead] of exchanges) {
    for (let at = code.indexOf(what); at >= 0; at = code.indexOf(what, at + 1)) {
      // Not bounds of types, nor what a fold begins with in a signature.
      const line = code.slice(code.lastIndexOf('\n', at) + 1, code.indexOf('\n', at));
      if (!/^\s*(use|pub use|impl|where|pub fn|fn|unsafe fn|const|static)\b|: .*(dyn|Fn)/.test(line)) {
        all.push({ file, text, start: at, end: at + what.length, instead });
      }
    }
  }
  return all;
}

/** All mutants of a file. */
export const mutantsOf = (file) => (file.endsWith('.rs') ? ofRust(file) : ofTypeScript(file));

/** The file with the change in it. */
export const mutated = ({ text, start, end, instead }) => text.slice(0, start) + instead + text.slice(end);

/** The line of a mutant, and what became of it. */
export function described(mutant) {
  const { text, start, end, instead } = mutant;
  const line = text.slice(0, start).split('\n').length;
  const from = text.lastIndexOf('\n', start) + 1;
  const to = text.indexOf('\n', end);
  const around = `${text.slice(from, start)}⟦${text.slice(start, end)} → ${instead}⟧${text.slice(end, to)}`;
  return { line, around: around.trim().replace(/\s+/g, ' ') };
}
