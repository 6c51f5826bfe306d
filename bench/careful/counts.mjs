/** Careful JavaScript for the losses of counts and amounts. Exponentials, the engine's own, have a loop of their own. */

/** e^f − y f */
export function poissonNll({ pred: f, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(f[i]);
  for (let i = 0; i < n; i++) {
    const t = y[i];
    const e = grad[i];
    sum += e - t * f[i];
    grad[i] = (e - t) * scale;
  }
  return sum / n;
}

/** f + y e^−f */
export function gammaNll({ pred: f, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-f[i]);
  for (let i = 0; i < n; i++) {
    const ratio = y[i] * grad[i];
    sum += f[i] + ratio;
    grad[i] = (1 - ratio) * scale;
  }
  return sum / n;
}

/** 2 y e^−f/2 + 2 e^f/2, for the power 1.5: one exponential and its reciprocal */
export function tweedie({ pred: f, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(0.5 * f[i]);
  for (let i = 0; i < n; i++) {
    const e = grad[i];
    const past = y[i] / e;
    sum += past + e;
    grad[i] = (e - past) * scale;
  }
  return (2 * sum) / n;
}
