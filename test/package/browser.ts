/**
 * `npm run test:browser`: the batch router in a real browser, against node:crypto.
 *
 * Serves the built package to a headless Chromium (CHROMIUM, or otherwise /usr/bin/chromium), once
 * as it is and once under a content security policy that refuses WebAssembly. Ends with status 1 if
 * an answer or a kernel is not the expected one.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';

const dist = new URL('../../dist/', import.meta.url);

/** Without 'wasm-unsafe-eval', a page may not compile WebAssembly. */
const STRICT = "default-src 'self'; script-src 'self'";

const server = createServer(({ url = '/' }, response) => {
  if (url.endsWith('.html')) {
    if (url === '/strict.html') response.setHeader('content-security-policy', STRICT);
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>shardline</title>');
  } else if (url.endsWith('.js')) {
    response
      .setHeader('content-type', 'text/javascript')
      .end(readFileSync(new URL(`.${url}`, dist)));
  } else {
    response.writeHead(404).end();
  }
});

const KEYS = [
  ...Array.from({ length: 3000 }, (_, i) => `user-${i}`),
  ...Array.from({ length: 300 }, (_, length) => 'x'.repeat(length)),
  ...Array.from({ length: 300 }, (_, length) => 'é日😀\ud800'.repeat(length)),
];

// With 256 uniform shards, the first byte of the digest is the map index.
const DIGESTS = KEYS.map((key) => createHash('md5').update(key).digest());
const EXPECTED = {
  positions: DIGESTS.map((digest) => digest[0]),
  digests: Buffer.concat(DIGESTS).toString('hex'),
};

interface Answers {
  readonly kernel: string;
  readonly positions: number[];
  readonly digests: string;
  readonly keysPerSecond: Record<string, number>;
}

/** Runs in the page, which is given text: what is compiled here would not be the same there. */
const IN_PAGE = `async (keys) => {
  const { createUniformShardMap } = await import('/index.js');
  const { createBatchRouter, hashPartitionKeys, kernel } = await import('/batch.js');
  const router = createBatchRouter(createUniformShardMap(256));
  const positions = [...router.route(keys)];
  const bytes = hashPartitionKeys(keys);
  const digests = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const keysPerSecond = {};
  for (const characters of [16, 36]) {
    const batch = Array.from({ length: 1008 }, (_, i) => String(i * 7919).padStart(characters, 'k'));
    const out = new Uint32Array(batch.length);
    const from = performance.now();
    let routed = 0;
    // Only the second half counts: by then, the kernel is optimized.
    let half = 0;
    let halfAt = 0;
    while (performance.now() - from < 2000) {
      for (let i = 0; i < 100; i++) router.route(batch, out);
      routed += 100 * batch.length;
      if (half === 0 && performance.now() - from >= 1000) {
        half = routed;
        halfAt = performance.now();
      }
    }
    keysPerSecond[characters] = ((routed - half) / (performance.now() - halfAt)) * 1000;
  }
  return { kernel, positions, digests, keysPerSecond };
}`;

async function check(page: Page, path: string, kernel: string): Promise<boolean> {
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}${path}`);
  // Lone surrogates do not survive the way into the page as text; as numbers they do.
  const units = KEYS.map((key) => Array.from({ length: key.length }, (_, i) => key.charCodeAt(i)));
  const answers: Answers = await page.evaluate(
    `(${IN_PAGE})(${JSON.stringify(units)}.map((units) => String.fromCharCode(...units)))`,
  );
  const isRight =
    answers.kernel === kernel &&
    answers.positions.join() === EXPECTED.positions.join() &&
    answers.digests === EXPECTED.digests;
  console.log(`${isRight ? 'right' : 'WRONG'}  ${path}  ${answers.kernel} kernel`);
  for (const [characters, rate] of Object.entries(answers.keysPerSecond)) {
    console.log(
      `       ${(rate / 1e6).toFixed(1)} million keys a second, ${characters} characters`,
    );
  }
  return isRight;
}

await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  console.log(`Chromium ${browser.version()}`);
  const page = await browser.newPage();
  const isRight = await check(page, '/plain.html', 'wasm-simd');
  if (!(await check(page, '/strict.html', 'scalar')) || !isRight) process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
}
