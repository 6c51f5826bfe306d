/** What the page knows of a loss beyond what the loss says of itself. */

/** A setting: a number on a slider, a choice, or a switch. */
export interface Knob {
  readonly name: string;
  readonly label: string;
  /** Goes into the inputs, not into the options. */
  readonly input?: true;
  readonly kind: 'number' | 'choice' | 'flag';
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly choices?: readonly (readonly [string, string])[];
  readonly value: Setting;
}

/** A knob's value. */
export type Setting = number | string | boolean;

/** Values by the knobs' names. */
export interface Settings {
  readonly [name: string]: Setting;
}

/** Where something happens on the horizontal axis. */
export interface Mark {
  readonly x: number;
  readonly text: string;
}

/** Drawn over one input. Losses with the same axis can be laid over each other. */
export interface Curve {
  readonly kind: 'curve';
  readonly axis: 'residual' | 'amount' | 'log' | 'logit' | 'probability' | 'theta';
  /** The input that varies. */
  readonly along: string;
  /** The inputs, for these values of the one that varies. */
  inputs(xs: Float64Array, settings: Settings): unknown[];
  /** Kinks, jumps and bounds. */
  marks(settings: Settings): Mark[];
}

/** Points of a grid: x and y of each. */
export interface Grid {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** Drawn over two inputs. */
export interface Surface {
  readonly kind: 'surface';
  readonly axis: 'logits' | 'probabilities' | 'logs' | 'plane' | 'latent';
  /** The arguments without options, and which options say how wide a row is. */
  inputs(grid: Grid, settings: Settings): { readonly args: readonly unknown[]; readonly widths?: object };
  /** ∂L/∂x and ∂L/∂y at point i. */
  gradient(grad: never, i: number, settings: Settings): readonly [number, number];
  /** Points to draw. */
  points?(settings: Settings): readonly { readonly x: number; readonly y: number; readonly text: string }[];
  /** The loss has a kink where it leaves 0. */
  kinked?(settings: Settings): boolean;
  /** Computed a point at a time: the loss looks at the batch as a whole. */
  readonly single?: true;
}

/** A loss on the page. */
export interface Entry {
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  readonly gradient: string;
  /** The distribution that it comes from, and its formula; or why there is none. */
  readonly likelihood: readonly [string, string?];
  readonly when: string;
  readonly not: string;
  readonly knobs: readonly Knob[];
  readonly view: Curve | Surface;
}

/** A slider. */
export const slider = (name: string, label: string, min: number, max: number, step: number, value: number): Knob => ({
  name,
  label,
  kind: 'number',
  min,
  max,
  step,
  value,
});

/** A slider of an input that stays put. */
export const fixed = (name: string, label: string, min: number, max: number, step: number, value: number): Knob => ({
  ...slider(name, label, min, max, step, value),
  input: true,
});

/** A choice; the first is the default. */
export const choice = (name: string, label: string, choices: readonly (readonly [string, string])[]): Knob => ({
  name,
  label,
  kind: 'choice',
  choices,
  value: choices[0]![0],
});

/** A switch, off at first. */
export const flag = (name: string, label: string, value = false): Knob => ({ name, label, kind: 'flag', value });
