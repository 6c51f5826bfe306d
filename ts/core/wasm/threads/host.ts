/** Workers as engines have them: Node, Bun and Deno by `node:worker_threads`, browsers by a blob. No file is needed for either. */

import { messageOf } from '../../base/errors.ts';
import { type Told, workText } from './worker.ts';

/** A worker that was started. */
export interface Worker {
  /** What has ended it, if that is known. */
  readonly fault: string | null;
  /** Whether it is known to have ended. Can be asked while nothing else runs. */
  isGone(): boolean;
  /** Ends it, wherever it is. */
  end(): void;
}

/** What starts workers, and how many there should be at most. */
export interface Host {
  readonly cores: number;
  start(told: Told): Worker;
}

/** What is used here of Node's modules. */
interface NodeWorker {
  unref(): void;
  on(event: 'error' | 'exit', listener: (reason: unknown) => void): void;
  terminate(): unknown;
  readonly performance?: { eventLoopUtilization?(): { readonly idle: number } };
}
interface Modules {
  'node:worker_threads': { Worker: new (code: string, options: object) => NodeWorker };
  'node:os': { availableParallelism?(): number; cpus(): readonly unknown[] };
}
interface Process {
  readonly versions?: { readonly bun?: string };
  getBuiltinModule?<K extends keyof Modules>(name: K): Modules[K] | undefined;
}

/** What is used here of a page. */
interface Page {
  readonly Worker?: new (
    url: string,
  ) => {
    onerror: ((event: { readonly message?: string; preventDefault?(): void }) => void) | null;
    postMessage(told: Told): void;
    terminate(): void;
  };
  readonly Blob?: new (parts: string[], options: object) => object;
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
  readonly process?: Process;
}

/** The host; an Error says why there is none, and what to do. */
export function hostHere(): Host {
  const page = globalThis as unknown as Page;
  const node = page.process?.getBuiltinModule?.('node:worker_threads');
  if (node !== undefined) return nodeHost(node, page.process!);
  if (page.Worker === undefined || page.Blob === undefined) throw new Error('this engine has no workers');
  if (page.crossOriginIsolated === false || page.SharedArrayBuffer === undefined) {
    const headers = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
    throw new Error(`this page isn't cross-origin isolated; serve it with the headers ${headers}`);
  }
  return { cores: page.navigator?.hardwareConcurrency ?? 1, start: (told) => new PageWorker(page, told) };
}

function nodeHost(node: Modules['node:worker_threads'], process: Process): Host {
  const os = process.getBuiltinModule!('node:os');
  const cores = os?.availableParallelism?.() ?? os?.cpus().length ?? 1;
  // Bun doesn't know, and says so on the console.
  const tells = process.versions?.bun === undefined;
  return { cores, start: (told) => new ThreadWorker(node.Worker, told, tells) };
}

/** A worker of `node:worker_threads`. */
class ThreadWorker implements Worker {
  readonly #worker: NodeWorker;
  readonly #tells: boolean;
  #fault: string | null = null;

  /** `tells` says whether it can be asked for its loop's idle time. */
  constructor(make: Modules['node:worker_threads']['Worker'], workerData: Told, tells: boolean) {
    this.#tells = tells;
    // From the loop of events, by which others see whether it has ended; without what the program's own flags would load.
    const code = `${workText()} setImmediate(work, process.getBuiltinModule('node:worker_threads').workerData);`;
    this.#worker = new make(code, { eval: true, workerData, execArgv: [], name: 'losskit' });
    this.#worker.on('error', (error) => {
      this.#fault ??= messageOf(error);
    });
    this.#worker.on('exit', () => {
      this.#fault ??= 'it has ended';
    });
    this.#worker.unref();
  }

  get fault(): string | null {
    return this.#fault;
  }

  /** Its exit is an event, which comes when the caller has returned; but time that its loop was idle there is none of after the end. */
  isGone(): boolean {
    if (this.#fault !== null || !this.#tells) return this.#fault !== null;
    return (this.#worker.performance?.eventLoopUtilization?.().idle ?? 0) < 0;
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** A worker of a page, or of another worker. */
class PageWorker implements Worker {
  readonly #worker: InstanceType<NonNullable<Page['Worker']>>;
  fault: string | null = null;

  constructor({ URL, Blob, Worker: Make }: Page, told: Told) {
    const code = `${workText()} onmessage = ({ data }) => work(data);`;
    const url = URL.createObjectURL(new Blob!([code], { type: 'text/javascript' }));
    this.#worker = new Make!(url);
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.fault ??= event.message ?? 'a policy may forbid it: Content-Security-Policy has to allow worker-src blob:';
      URL.revokeObjectURL(url);
    };
    this.#worker.postMessage(told);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  isGone(): boolean {
    return this.fault !== null;
  }

  end(): void {
    this.#worker.terminate();
  }
}
