delete globalThis.WebAssembly;
await import('../esm/main.mjs');
