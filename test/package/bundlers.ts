/**
 * Bundles the installed package with a bundler, runs the bundle and measures it.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild, transform } from 'esbuild';
import { build as vite } from 'vite';
import { BUDGETS } from './budgets.ts';
import { moduleNameOf, RESULTS, run } from './installed-package.ts';

/** Bundles a module and all that it imports into one minified file, for browsers. */
export type Bundle = (input: string, output: string) => Promise<unknown>;

/** The bundlers that the repository has, with their default resolution. */
export const BUNDLERS: Readonly<Record<string, Bundle>> = {
  esbuild: (input, output) =>
    esbuild({
      entryPoints: [input],
      outfile: output,
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'silent',
    }),
  vite: (input, output) =>
    vite({
      configFile: false,
      root: dirname(input),
      logLevel: 'silent',
      build: {
        outDir: dirname(output),
        emptyOutDir: false,
        target: 'es2022',
        minify: true,
        rolldownOptions: { input, output: { entryFileNames: basename(output) } },
        modulePreload: false,
      },
    }),
};

/** The packages of the other bundlers, which `npm run test:bundlers` installs. */
export const OTHER_PACKAGES: readonly string[] = [
  '@rollup/plugin-node-resolve@16.0.3',
  'parcel@2.16.4',
  'rollup@4.68.8',
  'webpack@5.112.2',
];

/** Returns the bundlers of {@link OTHER_PACKAGES}, which are installed in a folder. */
export function loadOtherBundlers(folder: string): Readonly<Record<string, Bundle>> {
  const load = createRequire(join(folder, 'package.json'));
  return {
    rollup: async (input, output) => {
      const { nodeResolve } = load('@rollup/plugin-node-resolve');
      const bundle = await load('rollup').rollup({ input, plugins: [nodeResolve()] });
      const { output: files } = await bundle.generate({ format: 'es' });
      // Rollup does not minify.
      const { code } = await transform(files[0].code, { minify: true, format: 'esm' });
      writeFileSync(output, code);
    },
    webpack: (input, output) =>
      new Promise<void>((resolve, reject) => {
        const config = {
          mode: 'production',
          context: dirname(input),
          entry: input,
          output: { path: dirname(output), filename: basename(output) },
          target: ['web', 'es2022'],
          performance: false,
        };
        // biome-ignore lint/suspicious/noExplicitAny: the types of webpack are not installed.
        load('webpack')(config, (error: Error | null, stats: any) => {
          if (error !== null) reject(error);
          else if (stats.hasErrors()) reject(new Error(stats.toString('errors-only')));
          else resolve();
        });
      }),
    // Its resolver does not read `exports`, unless a project asks for it.
    parcel: async (input, output) => {
      const args = ['build', input, '--no-cache', '--no-source-maps', '--dist-dir'];
      const bin = load.resolve('parcel/lib/bin.js');
      run(dirname(input), process.execPath, bin, ...args, dirname(output));
    },
  };
}

/** What a bundle prints when it is run, and its size. */
export interface Bundled {
  readonly results: string;
  /** Minified and compressed. */
  readonly bytes: number;
}

/** Prints the results of an entry. Every build must print the same. */
function printResults(entry: string): string {
  const print = `(name, value) => (typeof value === 'bigint' ? value + 'n' : value)`;
  return `import * as all from '${entry}';
    console.log(JSON.stringify(${RESULTS[entry]}, ${print}));\n`;
}

/** Returns the results of an entry without a bundler. `folder` has the package installed. */
export function resultsOf(entry: string, folder: string): string {
  const file = join(folder, 'results.mjs');
  writeFileSync(file, printResults(entry));
  return run(folder, process.execPath, file);
}

/** Returns the names of all values that an entry exports. */
function listNames(entry: string, folder: string): string {
  const file = join(folder, 'names.mjs');
  writeFileSync(file, `import * as all from '${entry}'; console.log(Object.keys(all).join());\n`);
  return run(folder, process.execPath, file).trim();
}

/** Bundles an entry twice: with its results, and with all its exports to measure them. */
export async function bundleEntry(bundle: Bundle, entry: string, folder: string): Promise<Bundled> {
  const inside = join(folder, 'bundles');
  mkdirSync(inside, { recursive: true });
  const bundleText = async (code: string, name: string): Promise<string> => {
    const input = join(inside, `${name}.mjs`);
    const output = join(inside, 'out', `${name}.js`);
    writeFileSync(input, code);
    mkdirSync(dirname(output), { recursive: true });
    await bundle(input, output);
    return output;
  };
  const results = await bundleText(printResults(entry), 'results');
  // A use that no bundler can see through keeps every export. Each is imported by its name: for a
  // namespace object, esbuild adds code of its own.
  const names = listNames(entry, folder);
  const whole = await bundleText(
    `import { ${names} } from '${entry}'; globalThis[Symbol.for('all')] = [${names}];\n`,
    'whole',
  );
  return {
    results: run(folder, process.execPath, results),
    bytes: gzipSync(readFileSync(whole), { level: 9 }).length,
  };
}

/**
 * Returns the most bytes that a whole entry may have: 1 % above its budget, which is for esbuild.
 * Others put the code in another order, and so compress it a little less.
 */
export function budgetOf(entry: string): number {
  const code = `export * from './dist/${moduleNameOf(entry)}.js'`;
  const found = BUDGETS.find(([text]) => text === code);
  if (found === undefined) throw new Error(`test/package/budgets.ts must have ${code}`);
  return Math.floor(1.01 * found[1]);
}
