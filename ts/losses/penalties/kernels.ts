/** The kernels of this family are in a module with those of gaussian/, whose loops they share. */
export { kernels } from '../gaussian/kernels.ts';
