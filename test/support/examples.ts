/** Runs the examples of the documentation and compares what they print with what they say they print. */
import { format } from 'node:util';
import ts from 'typescript';
import * as losskit from '../../ts/index.ts';

/** The TypeScript code blocks of a text. */
export function codeBlocks(text: string): string[] {
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!.replace(/^ \* ?/gm, ''));
}

/** What `// → …` comments promise, in order. */
export const promises = (code: string): string[] =>
  [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]!.trim());

/** Runs an example that imports from 'losskit' only; returns what it printed, a string a call. */
export async function run(code: string): Promise<string[]> {
  const body = code.replace(/import (type )?(\{[^}]*\}) from 'losskit';/g, (_, type, names) =>
    type ? '' : `const ${names} = losskit;`,
  );
  const script = ts.transpile(body, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => void printed.push(format(...values)) };
  // A function whose body may await, as a module's may.
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction('losskit', 'console', script)(losskit, console);
  return printed;
}
