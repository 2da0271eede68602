/**
 * The runtimes that the package is checked on, and how each runs the self-check.
 *
 * What a runtime needs comes from its package on npm, or is a browser in the PATH. Those without
 * packages need nothing but the devDependencies, and are part of `npm test`.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { EdgeVM } from '@edge-runtime/vm';
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
import { showPage } from './browser.ts';
import { type Place, run } from './place.ts';
import type { SelfCheckReport } from './self-check.ts';

export interface Runtime {
  readonly name: string;
  /** What npm installs beside the package. */
  readonly packages: readonly string[];
  /** The kernel that must run. */
  readonly kernel: 'wasm-simd' | 'scalar';
  /** The figures that may be at most 1.5 times those of this Node. */
  readonly asFastAsNode?: readonly ('singleNs' | 'batchNs')[];
  /** `samples` is how often each figure is measured; 0 leaves the figures at 0. */
  run(place: Place, samples: number): Promise<Outcome>;
}

export interface Outcome {
  readonly version: string;
  readonly report: SelfCheckReport;
}

/** Thrown by a runtime that is not on this machine. */
export class NotInstalled extends Error {}

const createMain = (samples: number) => `
import { selfCheck } from './self-check.mjs';
const { versions } = process;
const version = versions.deno ?? versions.bun ?? versions.node;
const report = await selfCheck(() => performance.now(), ${samples});
console.log(JSON.stringify({ version, report }));
`;

const WORKER = `
import { Worker } from 'node:worker_threads';
new Worker(new URL('main.mjs', import.meta.url));
`;

/** A runtime with a command that runs modules and finds packages as Node does. */
function command(program: string, args: readonly string[], entry = 'main.mjs'): Runtime['run'] {
  return async (place, samples) => {
    place.write('self-check.mjs', await place.asModule('esm'));
    place.write('main.mjs', createMain(samples));
    place.write('worker.mjs', WORKER);
    const path = program.startsWith('.') ? join(place.folder, program) : program;
    return JSON.parse(await run(place.folder, path, [...args, entry]));
  };
}

const BIN = './node_modules/.bin/';

function node(major: number): Runtime {
  return {
    name: `Node ${major}`,
    packages: [`node@${major}`],
    kernel: 'wasm-simd',
    run: command(`${BIN}node`, []),
  };
}

/** The packages that need a later Node than the oldest that the library runs on. */
const LATER_NODE = 'node@24';

const ofNode = {
  packages: [],
  kernel: 'wasm-simd',
  asFastAsNode: ['singleNs', 'batchNs'],
} as const;

/** A runtime that only evaluates the text of a script. */
function evaluator(
  version: string,
  createEvaluate: () => (script: string) => unknown,
): Runtime['run'] {
  return async (place, samples) => {
    const evaluate = createEvaluate();
    evaluate(await place.bundleScript());
    const report = await evaluate(`check.selfCheck(() => performance.now(), ${samples})`);
    // The report is an object of another realm.
    return { version, report: JSON.parse(JSON.stringify(report)) };
  };
}

function quickjs(name: string, variant: string): Runtime {
  return {
    name,
    packages: [],
    kernel: 'scalar',
    run: async (place, samples) => {
      const module = (await import(variant)).default as QuickJSSyncVariant;
      const context = (await newQuickJSWASMModuleFromVariant(module)).newContext();
      const script = `${await place.bundleScript()}; check.selfCheck(Date.now, ${samples}).then(JSON.stringify)`;
      const result = context.resolvePromise(context.unwrapResult(context.evalCode(script)));
      context.runtime.executePendingJobs();
      const report = JSON.parse(context.getString(context.unwrapResult(await result)));
      return { version: packageVersion(variant), report };
    },
  };
}

function packageVersion(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const [folder] = entry.split(/[\\/]dist[\\/]/);
  return createRequire(import.meta.url)(join(folder!, 'package.json')).version;
}

function jest(environment: 'node' | 'jsdom', kernel: Runtime['kernel']): Runtime {
  return {
    ...ofNode,
    name: `Jest, ${environment}`,
    packages: environment === 'node' ? ['jest'] : ['jest', 'jest-environment-jsdom'],
    kernel,
    asFastAsNode: kernel === 'scalar' ? ['singleNs'] : ['singleNs', 'batchNs'],
    run: async (place, samples) => {
      place.write('self-check.cjs', await place.asModule('cjs'));
      place.write('jest.config.json', '{ "transform": {} }');
      place.write(
        'check.test.js',
        `const { writeFileSync } = require('node:fs');
        const { selfCheck } = require('./self-check.cjs');
        test('self-check', async () => {
          const report = await selfCheck(() => performance.now(), ${samples});
          writeFileSync('report.json', JSON.stringify(report));
        }, 120_000);`,
      );
      const args = ['node_modules/jest/bin/jest.js', `--env=${environment}`];
      await run(place.folder, process.execPath, args);
      return { version: place.versionOf('jest'), report: JSON.parse(place.read('report.json')) };
    },
  };
}

/** The pool of vitest that runs each file in a vm context. */
function vitest(environment: 'node' | 'happy-dom'): Runtime {
  return {
    ...ofNode,
    name: `vitest vmThreads, ${environment}`,
    packages: environment === 'node' ? ['vitest'] : ['vitest', environment],
    run: async (place, samples) => {
      place.write('self-check.mjs', await place.asModule('esm'));
      place.write(
        'check.test.mjs',
        `import { writeFileSync } from 'node:fs';
        import { test } from 'vitest';
        import { selfCheck } from './self-check.mjs';
        test('self-check', { timeout: 120_000 }, async () => {
          const report = await selfCheck(() => performance.now(), ${samples});
          writeFileSync('report.json', JSON.stringify(report));
        });`,
      );
      const program = 'node_modules/vitest/vitest.mjs';
      const args = [program, 'run', '--pool=vmThreads', `--environment=${environment}`];
      await run(place.folder, process.execPath, args);
      const report = JSON.parse(place.read('report.json'));
      return { version: place.versionOf(environment === 'node' ? 'vitest' : environment), report };
    },
  };
}

const jsdom: Runtime = {
  name: 'jsdom',
  packages: ['jsdom', LATER_NODE],
  kernel: 'wasm-simd',
  run: async (place, samples) => {
    place.write('script.js', await place.bundleScript());
    place.write(
      'main.cjs',
      `const { JSDOM } = require('jsdom');
      const { window } = new JSDOM('', { runScripts: 'outside-only', pretendToBeVisual: true });
      window.eval(require('node:fs').readFileSync('script.js', 'utf8'));
      window
        .eval('check.selfCheck(() => performance.now(), ${samples})')
        .then((report) => console.log(JSON.stringify(report)))
        .then(() => window.close());`,
    );
    const report = JSON.parse(
      await run(place.folder, join(place.folder, `${BIN}node`), ['main.cjs']),
    );
    return { version: place.versionOf('jsdom'), report };
  },
};

const workerd: Runtime = {
  name: 'workerd',
  packages: ['miniflare', LATER_NODE],
  kernel: 'wasm-simd',
  asFastAsNode: ['batchNs'],
  run: async (place, samples) => {
    place.write('self-check.mjs', await place.bundleModule());
    // The clock of workerd stands still between one wait and the next.
    place.write(
      'worker.mjs',
      `import { selfCheck } from './self-check.mjs';
      async function clock() {
        await scheduler.wait(1);
        return Date.now();
      }
      export default {
        fetch: async () => Response.json(await selfCheck(clock, ${samples})),
      };`,
    );
    place.write(
      'main.mjs',
      `import { Miniflare } from 'miniflare';
      const paths = ['worker.mjs', 'self-check.mjs'];
      const modules = paths.map((path) => ({ type: 'ESModule', path }));
      const miniflare = new Miniflare({ modules, compatibilityDate: '2026-01-01' });
      const response = await miniflare.dispatchFetch('http://localhost/');
      console.log(await response.text());
      await miniflare.dispose();`,
    );
    const report = await run(place.folder, join(place.folder, `${BIN}node`), ['main.mjs']);
    return { version: place.versionOf('workerd'), report: JSON.parse(report) };
  },
};

/**
 * Hermes 0.12 after React Native's own Babel preset. The compiler of Hermes 1.0, which npm has
 * without the engine, must take the package as it is.
 */
const hermes: Runtime = {
  name: 'Hermes, after Babel',
  packages: ['hermes-engine-cli', 'hermes-compiler', '@babel/core', '@react-native/babel-preset'],
  kernel: 'scalar',
  run: async (place, samples) => {
    const script = await place.bundleScript();
    place.write('script.js', script);
    const system = HERMES_FOLDERS[process.platform];
    if (system === undefined) throw new NotInstalled(`no Hermes for ${process.platform}`);
    const compiler = `node_modules/hermes-compiler/hermesc/${system}/hermesc`;
    await run(place.folder, join(place.folder, compiler), ['-emit-binary', '-out=x', 'script.js']);
    const babel = createRequire(join(place.folder, 'package.json'))('@babel/core');
    const { code } = babel.transformSync(
      `${script}; check.selfCheck(Date.now, ${samples}).then((report) => print(JSON.stringify(report)));`,
      {
        presets: [['module:@react-native/babel-preset', { enableBabelRuntime: false }]],
        cwd: place.folder,
        filename: 'script.js',
        sourceType: 'script',
        configFile: false,
        compact: false,
      },
    );
    place.write('transformed.js', code);
    const program = join(place.folder, 'node_modules/hermes-engine-cli', system, 'hermes');
    const report = await run(place.folder, program, ['transformed.js']);
    return { version: place.versionOf('hermes-engine-cli'), report: JSON.parse(report) };
  },
};

const HERMES_FOLDERS: Readonly<Record<string, string>> = {
  linux: 'linux64-bin',
  darwin: 'osx-bin',
  win32: 'win64-bin',
};

interface Browser {
  readonly name: string;
  /** The variable that names the program, and the programs that are looked for in the PATH. */
  readonly variable: string;
  readonly programs: readonly string[];
  readonly args: (profile: string) => readonly string[];
}

const CHROMIUM: Browser = {
  name: 'Chromium',
  variable: 'CHROMIUM',
  programs: ['chromium', 'chromium-browser', 'google-chrome'],
  args: (profile) => [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${profile}`,
  ],
};

const FIREFOX: Browser = {
  name: 'Firefox',
  variable: 'FIREFOX',
  programs: ['firefox', 'firefox-esr'],
  args: (profile) => ['--headless', '--no-remote', '--profile', profile],
};

/** Without 'wasm-unsafe-eval', a page may not compile WebAssembly. */
const NO_WASM = "default-src 'self'; script-src 'self'";

function browser(browser: Browser, policy?: string): Runtime {
  return {
    name: policy === undefined ? browser.name : `${browser.name}, WebAssembly forbidden`,
    packages: [],
    kernel: policy === undefined ? 'wasm-simd' : 'scalar',
    run: async (place, samples) => {
      const program = process.env[browser.variable] ?? findProgram(browser.programs);
      if (program === undefined) {
        const names = browser.programs.join(', ');
        throw new NotInstalled(`none of ${names} is in the PATH; ${browser.variable} may name it`);
      }
      const version = /[\d.]+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }));
      const profile = mkdtempSync(join(tmpdir(), 'shardline-profile-'));
      try {
        const script = `${await place.bundleScript()}
          check.selfCheck(() => performance.now(), ${samples}).then((report) =>
            fetch('/report', { method: 'POST', body: JSON.stringify(report) }));`;
        const report = await showPage(program, browser.args(profile), script, policy);
        return { version: version![0], report: JSON.parse(report) };
      } finally {
        // Its last processes may still write to the profile.
        await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
      }
    },
  };
}

function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/** Those that need nothing but the devDependencies. */
export const LIGHT_RUNTIMES: readonly Runtime[] = [
  { ...ofNode, name: 'Node', run: command(process.execPath, []) },
  { ...ofNode, name: 'Node, worker thread', run: command(process.execPath, [], 'worker.mjs') },
  {
    name: 'Node, frozen intrinsics',
    packages: [],
    kernel: 'wasm-simd',
    // Not compared with Node. Node makes each built-in method a getter: in Node 20, reading 16
    // characters alone takes 220 ns instead of 18. V8 also writes to typed arrays on its slowest
    // path where their prototypes are frozen.
    run: command(process.execPath, ['--frozen-intrinsics']),
  },
  {
    ...ofNode,
    name: 'Node, vm context',
    run: evaluator(process.versions.node, () => {
      const context = createContext({ TextEncoder, performance });
      return (script) => runInContext(script, context);
    }),
  },
  {
    ...ofNode,
    name: 'Edge Runtime',
    run: evaluator(packageVersion('@edge-runtime/vm'), () => {
      const edge = new EdgeVM();
      return (script) => edge.evaluate(script);
    }),
  },
  quickjs('QuickJS', '@jitl/quickjs-wasmfile-release-sync'),
  quickjs('QuickJS-ng', '@jitl/quickjs-ng-wasmfile-release-sync'),
];

export const RUNTIMES: readonly Runtime[] = [
  ...LIGHT_RUNTIMES,
  node(20),
  node(22),
  node(24),
  node(26),
  {
    name: 'Deno',
    packages: ['deno'],
    kernel: 'wasm-simd',
    run: command(`${BIN}deno`, ['run', '-A']),
  },
  { name: 'Bun', packages: ['bun'], kernel: 'wasm-simd', run: command(`${BIN}bun`, []) },
  workerd,
  jest('node', 'wasm-simd'),
  jest('jsdom', 'scalar'),
  vitest('node'),
  vitest('happy-dom'),
  jsdom,
  hermes,
  browser(CHROMIUM),
  browser(CHROMIUM, NO_WASM),
  browser(FIREFOX),
  browser(FIREFOX, NO_WASM),
];
