/** The paths through a lattice that spell labels, and how the probability is shared among them. */

/** A step from one state to another, and the share of the paths that take it. */
export interface Step {
  readonly t: number;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Shares of the paths that spell the labels: of each state in each time step, and of each step to the next one. */
export interface Shares {
  readonly states: readonly (readonly number[])[];
  readonly steps: readonly Step[];
}

/** A blank, 0, before, between and after the labels. */
export const statesOf = (labels: readonly number[]): number[] => [0, ...labels.flatMap((label) => [label, 0])];

/** The probabilities of a row of scores. */
export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const weights = scores.map((z) => Math.exp(z - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** Whether a path may go from one state to another: on the spot, to the next, or past a blank between two different labels. */
const may = (states: readonly number[], from: number, to: number): boolean =>
  to - from === 0 || to - from === 1 || (to - from === 2 && states[to] !== 0 && states[to] !== states[from]);

/** The shares, by the sums over what leads to a state and what leads on from it. Few and short paths: products don't underflow. */
export function sharesOf(scores: readonly (readonly number[])[], labels: readonly number[]): Shares {
  const states = statesOf(labels);
  const p = scores.map(softmax);
  const steps = p.length;
  const before = p.map(() => states.map(() => 0));
  const after = p.map(() => states.map(() => 0));
  for (let t = 0; t < steps; t++) {
    states.forEach((label, to) => {
      const led =
        t === 0 ? Number(to < 2) : states.reduce((sum, _, s) => sum + (may(states, s, to) ? before[t - 1]![s]! : 0), 0);
      before[t]![to] = led * p[t]![label]!;
    });
  }
  for (let t = steps - 1; t >= 0; t--) {
    states.forEach((_, from) => {
      after[t]![from] =
        t === steps - 1
          ? Number(from >= states.length - 2)
          : states.reduce(
              (sum, label, s) => sum + (may(states, from, s) ? after[t + 1]![s]! * p[t + 1]![label]! : 0),
              0,
            );
    });
  }
  const whole = states.reduce((sum, _, s) => sum + before[0]![s]! * after[0]![s]!, 0);
  const share = (x: number): number => (whole > 0 ? x / whole : 0);
  return {
    states: before.map((row, t) => row.map((x, s) => share(x * after[t]![s]!))),
    steps: before
      .slice(0, -1)
      .flatMap((row, t) =>
        states.flatMap((_, from) =>
          states.flatMap((label, to) =>
            may(states, from, to)
              ? [{ t, from, to, share: share(row[from]! * after[t + 1]![to]! * p[t + 1]![label]!) }]
              : [],
          ),
        ),
      ),
  };
}
