/** A small network in plain JavaScript: two dense layers with a ReLU between them, and Adam. Losses are losskit's business. */
import { allocate, type Resident } from 'losskit';
import { normal } from './data.ts';

type Buffer = Resident<'float32'>;

/** One dense layer, y = x·W + b. All numbers lie where the kernels read them. */
export class Dense {
  readonly #inputs: number;
  readonly #outputs: number;
  readonly weight: Buffer;
  readonly bias: Buffer;
  readonly weightGrad: Buffer;
  readonly biasGrad: Buffer;

  constructor(inputs: number, outputs: number, next: () => number) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.weight = allocate('float32', inputs * outputs);
    this.bias = allocate('float32', outputs);
    this.weightGrad = allocate('float32', inputs * outputs);
    this.biasGrad = allocate('float32', outputs);
    const spread = Math.sqrt(2 / inputs);
    const { array } = this.weight;
    for (let i = 0; i < array.length; i++) array[i] = spread * normal(next);
    this.bias.array.fill(0);
  }

  /** Writes the outputs of `rows` rows of x. */
  forward(x: Float32Array, rows: number, y: Float32Array): void {
    const inputs = this.#inputs;
    const outputs = this.#outputs;
    const weight = this.weight.array;
    const bias = this.bias.array;
    for (let r = 0; r < rows; r++) {
      const to = r * outputs;
      for (let j = 0; j < outputs; j++) y[to + j] = bias[j]!;
      for (let i = 0; i < inputs; i++) {
        const value = x[r * inputs + i]!;
        if (value === 0) continue;
        for (let j = 0; j < outputs; j++) y[to + j]! += value * weight[i * outputs + j]!;
      }
    }
  }

  /** Adds ∂/∂W to what `weightGrad` holds, sets `biasGrad`, and writes ∂/∂x if wanted. */
  backward(x: Float32Array, rows: number, yGrad: Float32Array, xGrad: Float32Array | null): void {
    const inputs = this.#inputs;
    const outputs = this.#outputs;
    const weight = this.weight.array;
    const weightGrad = this.weightGrad.array;
    const biasGrad = this.biasGrad.array.fill(0);
    for (let r = 0; r < rows; r++) {
      const from = r * outputs;
      for (let j = 0; j < outputs; j++) biasGrad[j]! += yGrad[from + j]!;
      for (let i = 0; i < inputs; i++) {
        const value = x[r * inputs + i]!;
        const at = i * outputs;
        let sum = 0;
        for (let j = 0; j < outputs; j++) {
          const g = yGrad[from + j]!;
          weightGrad[at + j]! += value * g;
          sum += weight[at + j]! * g;
        }
        if (xGrad !== null) xGrad[r * inputs + i] = sum;
      }
    }
  }
}

/** inputs → hidden → outputs. */
export class Network {
  readonly layers: readonly [Dense, Dense];
  readonly #hidden: Float32Array;
  readonly #hiddenGrad: Float32Array;
  #x: Float32Array = new Float32Array(0);
  #rows = 0;
  readonly #width: number;

  constructor(inputs: number, hidden: number, outputs: number, mostRows: number, next: () => number) {
    this.layers = [new Dense(inputs, hidden, next), new Dense(hidden, outputs, next)];
    this.#width = hidden;
    this.#hidden = new Float32Array(mostRows * hidden);
    this.#hiddenGrad = new Float32Array(mostRows * hidden);
  }

  /** Writes the outputs for `rows` rows of x, which must stay as they are until `backward`. */
  forward(x: Float32Array, rows: number, y: Float32Array): void {
    const hidden = this.#hidden;
    this.#x = x;
    this.#rows = rows;
    this.layers[0].forward(x, rows, hidden);
    for (let i = 0; i < rows * this.#width; i++) if (hidden[i]! < 0) hidden[i] = 0;
    this.layers[1].forward(hidden, rows, y);
  }

  /** Given ∂loss/∂outputs, adds ∂loss/∂weights to what the weights' gradients hold: the penalty's share, say. */
  backward(yGrad: Float32Array): void {
    const hiddenGrad = this.#hiddenGrad;
    this.layers[1].backward(this.#hidden, this.#rows, yGrad, hiddenGrad);
    for (let i = 0; i < this.#rows * this.#width; i++) if (this.#hidden[i] === 0) hiddenGrad[i] = 0;
    this.layers[0].backward(this.#x, this.#rows, hiddenGrad, null);
  }

  /** Parameters with their gradients. */
  parameters(): (readonly [Buffer, Buffer])[] {
    return this.layers.flatMap((layer) => [
      [layer.weight, layer.weightGrad] as const,
      [layer.bias, layer.biasGrad] as const,
    ]);
  }

  /** Gives the memory back. */
  free(): void {
    for (const pair of this.parameters()) for (const buffer of pair) buffer.free();
  }
}

/** What has parameters, with their gradients. */
interface Model {
  parameters(): readonly (readonly [Buffer, Buffer])[];
}

/** Adam (Kingma & Ba 2015). */
export class Adam {
  readonly #model: Model;
  readonly #first: Float32Array[];
  readonly #second: Float32Array[];
  #step = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#first = model.parameters().map(([parameter]) => new Float32Array(parameter.length));
    this.#second = this.#first.map((m) => new Float32Array(m.length));
  }

  /** One step against the gradients. */
  step(rate: number): void {
    this.#step++;
    const size = (rate * Math.sqrt(1 - 0.999 ** this.#step)) / (1 - 0.9 ** this.#step);
    this.#model.parameters().forEach(([parameter, gradient], at) => {
      const m = this.#first[at]!;
      const v = this.#second[at]!;
      const theta = parameter.array;
      const g = gradient.array;
      for (let i = 0; i < theta.length; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! * g[i]!;
        theta[i]! -= (size * m[i]!) / (Math.sqrt(v[i]!) + 1e-8);
      }
    });
  }
}
