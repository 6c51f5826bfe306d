/** The kernels of this family are in a module with those of classes/, whose loops they share. */
export { kernels } from '../classes/kernels.ts';
