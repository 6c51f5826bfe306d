/** `npm run explore`: builds the page where needed and serves it on this machine; PORT chooses the port. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { buildExplore, folder } from './build-explore.mjs';
import { ensureReady } from './lib/ready.mjs';
import { entry, isMain, Missing } from './lib/run.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
};

/** Answers one request with a file of the folder, or 404. */
function answer(request, response) {
  let file;
  try {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    if (!file.startsWith(folder + sep) || !statSync(file).isFile()) throw new Error('not a file of the page');
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    return;
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    // What a page needs for threads.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  createReadStream(file).pipe(response);
}

/** Serves the folder on this machine alone; resolves to the server once it listens. Port 0 takes any that is free. */
export function serve(port) {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

if (isMain(import.meta.url)) {
  await entry(async () => {
    await ensureReady();
    await buildExplore();
    const port = Number(process.env.PORT ?? 4173);
    const server = await serve(port).catch((error) => {
      if (error.code !== 'EADDRINUSE') throw error;
      if (process.env.PORT) throw new Missing(`Port ${port} is taken: choose another by PORT.`);
      return serve(0);
    });
    console.log(`http://localhost:${server.address().port}/  (Ctrl+C ends it)`);
  });
}
