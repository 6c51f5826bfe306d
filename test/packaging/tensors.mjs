/** The cases with real tensors: each library, installed as its users install it, gives its tensors to the packed losskit. */
import { join } from 'node:path';
import { bin, exec } from './support.mjs';
import { withPackages } from './tools.mjs';

const run = async (context, args) => {
  const cwd = await withPackages(join(context.folder, 'tensors'));
  return (await exec(process.execPath, args, { cwd })).stdout.trim().split('\n').at(-1);
};

const library = (name, file) => ({ name: `tensors, ${name}`, run: (context) => run(context, [file]) });

export const tensors = [
  library('TensorFlow.js', 'tfjs.mjs'),
  library('ONNX Runtime', 'onnxruntime.mjs'),
  library('transformers.js', 'transformers.mjs'),
  library('ndarray', 'ndarray.mjs'),
  library('stdlib', 'stdlib.mjs'),
  library('Apache Arrow', 'arrow.mjs'),
  library('jax-js', 'jax.mjs'),
  {
    name: 'tensors, nested arrays',
    fast: true,
    run: async ({ folder }) => (await exec(process.execPath, ['tensors/nested.mjs'], { cwd: folder })).stdout.trim(),
  },
  {
    name: "tensors, the libraries' types",
    async run(context) {
      await run(context, [bin('typescript', 'bin', 'tsc'), '-p', '.']);
      return 'strict';
    },
  },
];
