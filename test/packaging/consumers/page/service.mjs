import { report } from './page.mjs';

self.onmessage = ({ ports: [port] }) => port.postMessage(report());
