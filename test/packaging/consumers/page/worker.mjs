import { report } from './page.mjs';

self.onmessage = () => self.postMessage(report());
