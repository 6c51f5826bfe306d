/** What the page, the command line, the demo and the tests use of bench/lib. */

declare module '*/bench/lib/cases.mjs' {
  export interface Case {
    readonly id: string;
    readonly variant: string;
    readonly size: string;
    readonly loss: string;
    readonly shape: string;
    readonly rows: number;
    readonly width: number;
    readonly grads: readonly string[];
    readonly careful?: unknown;
  }
  export const cases: readonly Case[];
  export function gradientElements(one: Case): number;
}

declare module '*/bench/lib/bind.mjs' {
  import type { Case } from '*/bench/lib/cases.mjs';
  export interface Data {
    readonly inputs: object;
    readonly grads: object;
  }
  export function makeData(one: Case, rows: number): Data;
  export function lossCall(one: Case, library: unknown, data: Data): () => number;
  export function carefulCall(one: Case, data: Data): () => number;
  export function residentCall(one: Case, library: unknown, data: Data): { call(): number; free(): void };
}

declare module '*/bench/lib/layer.mjs' {
  export interface Layer {
    readonly variant: string;
    readonly size: string;
  }
  export const tableLayer: Layer;
  export function layerElements(one: Layer): number;
  export function residentLayer(one: Layer, library: unknown): { call(): number; free(): void };
  export function ordinaryLayer(one: Layer, library: unknown): { call(): number };
  export function carefulLayer(one: Layer): { call(): number };
}

declare module '*/bench/lib/timer.mjs' {
  /** A call, or one that something has to be done for before its turn. */
  export type Timed = (() => unknown) | { readonly call: () => unknown; readonly prepare?: () => Promise<unknown> };
  export function race<K extends string>(
    calls: { readonly [N in K]: Timed },
    options?: { readonly seconds?: number; readonly rounds?: number },
  ): Promise<Record<K, number>>;
}
