// biome-ignore lint/correctness/noUnusedImports: bundlers have to find that out
import { crossEntropy, mse } from 'losskit';

console.log('idle');
