/** A linear head on the pixels themselves, without a network: multinomial logistic regression, whose scores are never written anywhere. */
import { allocate, l2, linearCrossEntropy, objective, type Resident } from 'losskit';
import { classes, pixels } from '../../demo/data.ts';
import { Adam } from '../../demo/network.ts';

const J = objective({ loss: linearCrossEntropy, regularizer: l2, lambda: 1e-4 });

/** Weight and bias, which start at 0: the objective is convex. */
export class Head {
  readonly #images: Resident<'float32'>;
  readonly #weight = allocate('float32', classes * pixels);
  readonly #weightGrad = allocate('float32', classes * pixels);
  readonly #bias = allocate('float32', classes);
  readonly #biasGrad = allocate('float32', classes);
  readonly #penalty = new Float32Array(classes * pixels);
  readonly #adam: Adam;

  constructor(rows: number) {
    this.#images = allocate('float32', rows * pixels);
    this.#adam = new Adam(this);
  }

  /** Parameters with their gradients. */
  parameters() {
    return [
      [this.#weight, this.#weightGrad],
      [this.#bias, this.#biasGrad],
    ] as const;
  }

  /** One step on these rows; returns the objective before it. */
  step(images: Float32Array, labels: Resident<'int32'>, rate: number): number {
    this.#images.array.set(images);
    const out = { weight: this.#weightGrad, bias: this.#biasGrad };
    const options = { bias: this.#bias, dim: pixels, grads: ['weight', 'bias'], out } as const;
    const { value, grad } = J.valueAndGrad([this.#images, this.#weight, labels, options], this.#weight, {
      out: this.#penalty,
    });
    const slopes = this.#weightGrad.array;
    grad.params.forEach((g, i) => {
      slopes[i]! += g;
    });
    this.#adam.step(rate);
    return value;
  }

  /** Writes the scores of `rows` rows. */
  forward(x: Float32Array, rows: number, y: Float32Array): void {
    const [weight, bias] = [this.#weight.array, this.#bias.array];
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < classes; k++) {
        let sum = bias[k]!;
        for (let d = 0; d < pixels; d++) sum += x[r * pixels + d]! * weight[k * pixels + d]!;
        y[r * classes + k] = sum;
      }
    }
  }
}
