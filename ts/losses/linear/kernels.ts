/** The products of a linear layer: a module that only bundles with `linear` carry, and that its first call compiles. */
import { inlined } from '../../core/wasm/source/inlined.ts';
import { MODULE } from '../../generated/linear.ts';

export const kernels = /* @__PURE__ */ inlined(MODULE);
