/** The kernels of this family: a module that only bundles with one of its losses carry, and that the first call of one compiles. */
import { inlined } from '../../core/wasm/source/inlined.ts';
import { MODULE } from '../../generated/regions.ts';

export const kernels = /* @__PURE__ */ inlined(MODULE);
