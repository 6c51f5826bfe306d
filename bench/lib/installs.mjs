/** The peers' installations, in folders that git ignores, and how each is started. What can't be installed is told of, and left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, Missing, root, step } from '../../scripts/lib/run.mjs';

const peersFolder = join(root, 'bench', 'peers');
const python = join(root, 'build', 'pytorch', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Runs `work`; the reason when it can't be done. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return error.message;
  }
}

function npmPeers() {
  if (existsSync(join(peersFolder, 'node_modules', 'deepbox'))) return undefined;
  const args = ['install', '--prefix', peersFolder, '--no-audit', '--no-fund'];
  return step('Installing the JavaScript peers', 60, 'npm', args, { hint: 'see bench/peers/package.json' });
}

/** PyTorch's environment, with scikit-learn too. */
async function scikit() {
  if (ask(python, ['-c', 'import sklearn']) !== undefined) return;
  const hint = 'scikit-learn is left out of the comparison';
  await step('Installing scikit-learn', 30, python, ['-m', 'pip', 'install', '--quiet', 'scikit-learn'], { hint });
}

async function pytorch() {
  if (existsSync(`${python}.ready`) || existsSync(python)) return;
  const hint = 'PyTorch is left out of the comparison';
  await step('Making a Python environment', 10, 'python3', ['-m', 'venv', join(root, 'build', 'pytorch')], { hint });
  await step('Installing PyTorch', 300, python, ['-m', 'pip', 'install', '--quiet', 'torch'], { hint });
}

/** Installs what is missing; returns the reasons of what stays missing. */
export async function install() {
  return { npm: await attempt(npmPeers), pytorch: await attempt(pytorch), scikit: await attempt(scikit) };
}

const node = (name, script, ...args) => ({ name, command: process.execPath, args: [`bench/peers/${script}`, ...args] });
const ofPython = (name, script, extraEnv) => ({
  name,
  command: python,
  args: [`bench/${script}`],
  extraEnv: { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', ...extraEnv },
});

/** The AVX2 that most machines have: PyTorch's own kernels, its matrix products, and its oneDNN. */
const AVX2 = { ATEN_CPU_CAPABILITY: 'avx2', MKL_ENABLE_INSTRUCTIONS: 'AVX2', ONEDNN_MAX_CPU_ISA: 'AVX2' };

/** losskit first: the others are checked against it. */
export const programs = [
  node('losskit', 'losskit.mjs', 'resident'),
  node('losskit, ordinary arrays', 'losskit.mjs', 'ordinary'),
  ofPython('PyTorch AVX2', 'pytorch.py', AVX2),
  ofPython('PyTorch', 'pytorch.py', {}),
  ofPython('scikit-learn', 'scikit.py', {}),
  node('tfjs-wasm', 'tfjs.mjs', 'wasm'),
  node('tfjs-cpu', 'tfjs.mjs', 'cpu'),
  node('jax-js', 'jax.mjs'),
  node('deepbox', 'deepbox.mjs'),
];
