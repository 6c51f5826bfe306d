/** What `init({ wasm })` of `losskit/slim` takes. */

import type { WasmSource } from './option.ts';

/** The kind of an object of any realm: Next's edge functions and test runners hand over another one's, which no `instanceof` knows. */
const tagOf = (x: unknown): string => Object.prototype.toString.call(x).slice(8, -1);

/** The module that the caller brought, or its bytes. */
export async function readSource(source: WasmSource): Promise<WebAssembly.Module | Uint8Array<ArrayBuffer>> {
  const given: unknown = await source;
  const tag = tagOf(given);
  if (tag === 'WebAssembly.Module') return given as WebAssembly.Module;
  if (tag === 'ArrayBuffer') return new Uint8Array(given as ArrayBuffer);
  // A copy: the bytes may be in shared memory, which isn't compiled.
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  }
  if (tag === 'String' || tag === 'URL') return readUrl(String(given));
  if (isResponse(given)) return readResponse(given);
  const expected = 'bytes, a WebAssembly.Module, a Response or a URL';
  throw new TypeError(`init: wasm must be ${expected}, got ${given === null ? 'null' : typeof given}`);
}

/** What Node, Bun and Deno have of Node's `process`. */
interface ProcessLike {
  getBuiltinModule?(name: string): { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> } | undefined;
}

/** What is at a URL. `fetch` doesn't read files everywhere, and an import of Node's module would stop bundlers for browsers. */
async function readUrl(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const { process } = globalThis as { process?: ProcessLike };
  const files = url.startsWith('file:') ? process?.getBuiltinModule?.('node:fs/promises') : undefined;
  return files ? files.readFile(new URL(url)) : readResponse(await fetch(url));
}

interface ResponseLike {
  readonly ok?: boolean;
  readonly status?: number;
  readonly url?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

const isResponse = (x: unknown): x is ResponseLike =>
  typeof x === 'object' && x !== null && typeof (x as Partial<ResponseLike>).arrayBuffer === 'function';

async function readResponse(response: ResponseLike): Promise<Uint8Array<ArrayBuffer>> {
  if (response.ok === false)
    throw new Error(`init: fetching ${response.url ?? 'the WebAssembly'} failed with status ${response.status}`);
  // Not compileStreaming: it insists on a MIME type that servers often get wrong.
  return new Uint8Array(await response.arrayBuffer());
}
