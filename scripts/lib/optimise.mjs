/** Smaller modules, with wasm-opt and what it doesn't do: short constants, and an order of functions that packs well. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortenConstants } from './constants.mjs';
import { orderFunctions } from './order.mjs';
import { bin, step } from './run.mjs';

// What every engine with simd128 has too. Relaxed SIMD isn't in the list, so wasm-opt can't bring it in.
const FEATURES = [
  'simd',
  'bulk-memory',
  'bulk-memory-opt',
  'nontrapping-float-to-int',
  'sign-ext',
  'mutable-globals',
  'reference-types',
  'multivalue',
];

// Those that make the module smaller and leave the loops as the compiler made them: with wasm-opt's own levels it is larger.
const PASSES = [
  'remove-unused-module-elements',
  'rse',
  'vacuum',
  'remove-unused-brs',
  'merge-blocks',
  'vacuum',
  'code-folding',
  'duplicate-function-elimination',
  'precompute',
  'merge-similar-functions',
];

// Sections that no engine reads.
const STRIP = ['--strip-producers', '--strip-target-features'];

/** Runs a tool of binaryen. */
function binaryen(title, tool, ...args) {
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  return step(title, 5, process.execPath, [bin('binaryen', 'bin', tool), ...args, ...features], {
    hint: `mend what ${tool} reports above`,
  });
}

/** Runs wasm-opt, shortens constants and orders functions; returns the module, or what was compiled where that is smaller or the new one isn't valid. */
export async function optimise(folder) {
  const [before, text, after] = ['losskit_bg.wasm', 'losskit_opt.wat', 'losskit_opt.wasm'].map((name) =>
    join(folder, name),
  );
  const passes = PASSES.map((pass) => `--${pass}`);
  await binaryen('Optimising the module', 'wasm-opt', before, '-S', '-o', text, ...passes, ...STRIP);
  writeFileSync(text, orderFunctions(shortenConstants(readFileSync(text, 'utf8'))));
  await binaryen('Assembling the module', 'wasm-as', text, '-o', after);
  const [plain, optimised] = [readFileSync(before), readFileSync(after)];
  return WebAssembly.validate(optimised) && optimised.length <= plain.length ? optimised : plain;
}

/** Makes a module as small as it gets, where speed matters less; returns its bytes. */
export async function shrink(title, before, after) {
  await binaryen(title, 'wasm-opt', before, '-o', after, '-Oz', ...STRIP);
  return readFileSync(after);
}
