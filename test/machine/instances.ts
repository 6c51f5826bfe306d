/** Instances of losskit beside the one that a program imports: all from one text, and each with a state of its own. */
import { buildSync } from 'esbuild';

// biome-ignore lint/suspicious/noExplicitAny: any of its functions, called with whatever comes
export type Library = { readonly [name: string]: any };

/** Compiled modules by their bytes: the engine's compiler has no state that a call could leave behind. */
const compiled = new Map<string, WebAssembly.Module>();

/** `WebAssembly` with a compiler that remembers, so that an instance costs little. */
const remembering: typeof WebAssembly = Object.create(WebAssembly, {
  Module: {
    value: new Proxy(WebAssembly.Module, {
      construct(Module, [bytes]: [Uint8Array<ArrayBuffer>]) {
        const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
        const module = compiled.get(key) ?? new Module(bytes);
        compiled.set(key, module);
        return module;
      },
    }),
  },
});

/** A function that makes a new instance of the library whose entry this is. */
export function instancesOf(entry: string): () => Library {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    globalName: 'losskit',
    write: false,
    external: ['node:*'],
  });
  const make = new Function('WebAssembly', `${outputFiles[0]!.text}; return losskit;`);
  return () => make(remembering) as Library;
}
