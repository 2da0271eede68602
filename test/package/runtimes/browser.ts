/** Shows a page with one script in a browser, and waits for what the script reports. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const REPORT_MS = 120_000;

/** Returns the body of the page's first POST. `policy` is its content security policy. */
export async function showPage(
  program: string,
  args: readonly string[],
  script: string,
  policy?: string,
): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const browser = spawn(program, [...args, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
  const closed = once(browser, 'close');
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('the page reported nothing')), REPORT_MS).unref();
      closed.then(() => reject(new Error('the browser ended')), reject);
      server.on('request', async (request, response) => {
        if (request.method === 'POST') {
          resolve(await text(request));
          response.end();
        } else if (request.url === '/script.js') {
          response.setHeader('content-type', 'text/javascript').end(script);
        } else {
          if (policy !== undefined) response.setHeader('content-security-policy', policy);
          response.setHeader('content-type', 'text/html');
          response.end('<!doctype html><title>shardline</title><script src="/script.js"></script>');
        }
      });
    });
  } finally {
    browser.kill();
    await closed.catch(() => undefined);
    server.closeAllConnections();
    server.close();
  }
}
