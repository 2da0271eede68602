/**
 * The package that users get: the packed tarball, installed in an empty folder, loaded both ways.
 */

import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, posix } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles, readJson, root } from '../support/repository.ts';
import {
  entries,
  installPackage,
  manifest,
  moduleNameOf,
  RESULTS,
  run,
} from './installed-package.ts';
import { RESOLUTIONS, writeTypeTests } from './type-tests.ts';

/** The vectors, for implementations of the service in other languages. */
const VECTORS = [
  'aggregation.json',
  'partition-keys.json',
  'reshard.json',
  'sequence-numbers.json',
  'throttle.json',
  'uniform-ranges.json',
  'validation.json',
];

const subpaths = entries.filter((entry) => entry !== 'shardline');

/** How imports are resolved: by Node, and by bundlers. */
const NODE: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};
const BUNDLER: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

let folder = '';
let tarball = '';
let packed: readonly string[] = [];

function tool(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/** Runs a script in the consumer's folder and returns its output. */
function runScript(kind: 'mjs' | 'cjs', code: string): string {
  const file = join(folder, `consumer.${kind}`);
  writeFileSync(file, code);
  return run(folder, process.execPath, file);
}

/**
 * Returns the output of a consumer script of the given kind: the names of the entry and its
 * results.
 */
function consume(
  kind: 'mjs' | 'cjs',
  entry: string,
  specifier = entry,
): { names: string[]; results: string } {
  const node = { mjs: `from 'node:util'`, cjs: `= require('node:util')` }[kind];
  const all = {
    mjs: `import * as all from '${specifier}'`,
    cjs: `const all = require('${specifier}')`,
  }[kind];
  const script = `
    ${kind === 'mjs' ? 'import' : 'const'} { inspect } ${node};
    ${all};
    const results = inspect(${RESULTS[entry]}, { depth: null });
    console.log(JSON.stringify({ names: Object.keys(all).sort(), results }));
  `;
  return JSON.parse(runScript(kind, script));
}

/** Writes files to the consumer's folder and returns TypeScript's errors in them. */
function typeErrorsOf(codes: Record<string, string>, options: ts.CompilerOptions): string[] {
  for (const [name, code] of Object.entries(codes)) writeFileSync(join(folder, name), code);
  return typeErrors(Object.keys(codes), options);
}

/** Returns TypeScript's errors in files of the consumer's folder. */
function typeErrors(names: readonly string[], options: ts.CompilerOptions): string[] {
  const program = ts.createProgram(
    names.map((name) => join(folder, name)),
    {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: [],
      strict: true,
      noEmit: true,
      ...options,
    },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function readInstalled(path: string): string {
  return readFileSync(join(folder, 'node_modules/shardline', path), 'utf8');
}

/** Words that the bundler writes on its own, such as `void 0` for undefined. */
const KEYWORD = /^(?:catch|const|else|for|if|let|return|var|void)$/;

/**
 * Counts the names in a file whose map leads to the same name in the source. The bundler renames
 * some. `unmapped` lists the constants whose value is not at a column that the map knows.
 */
function followMap(path: string): { same: number; all: number; unmapped: string[] } {
  const map = new SourceMap(JSON.parse(readInstalled(`${path}.map`)));
  const sourceLines = new Map<string, string[]>();
  const sourceAt = (line: number, column: number): string | undefined => {
    const entry = map.findEntry(line, column);
    if (!('originalSource' in entry)) return undefined;
    if (entry.generatedLine !== line || entry.generatedColumn !== column) return undefined;
    const source = posix.join(posix.dirname(path), entry.originalSource);
    const lines = sourceLines.get(source) ?? readInstalled(source).split('\n');
    sourceLines.set(source, lines);
    return lines[entry.originalLine]!.slice(entry.originalColumn);
  };
  const found = { same: 0, all: 0, unmapped: [] as string[] };
  for (const [line, text] of readInstalled(path).split('\n').entries()) {
    for (const { 0: name, index } of text.matchAll(/[A-Za-z_]\w*/g)) {
      const source = sourceAt(line, index);
      if (source === undefined || KEYWORD.test(name)) continue;
      found.all++;
      if (source.startsWith(name)) found.same++;
    }
    const [constant, value] = /^const \w+ ?= ?(\w+)/.exec(text) ?? [];
    if (constant === undefined) continue;
    const source = sourceAt(line, constant.length - value!.length);
    if (source === undefined) found.unmapped.push(`${path}:${line + 1}`);
  }
  return found;
}

beforeAll(() => {
  ({ folder, tarball, packed } = installPackage());
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds the build, its source, its documents, the vectors and nothing else', () => {
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const vectors = [...VECTORS, 'README.md', 'check.py'].map((file) => `vectors/${file}`);
    const sources = listFiles().filter((file) => /^src\/(?!cli\/).*\.ts$/.test(file));
    const folders = subpaths.map((entry) => entry.replace(/^shardline\/(.*)/, '$1/package.json'));
    const beside = packed.filter((path) => !path.startsWith('dist/')).sort();
    expect(beside).toEqual([...papers, ...vectors, ...sources, ...folders].sort());
    expect(packed.some((path) => path.startsWith('dist/'))).toBe(true);
  });

  it('maps all code and all declarations to sources that it holds', () => {
    const isMapped = (path: string) => /^dist\/(?!cli\/).*\.c?[jt]s$/.test(path);
    const mapped = packed.filter(isMapped);
    expect(mapped.length).toBeGreaterThan(10);
    for (const path of mapped) {
      const name = posix.basename(path);
      expect(readInstalled(path)).toMatch(new RegExp(`^//# sourceMappingURL=${name}\\.map$`, 'm'));
      const { file, sources } = JSON.parse(readInstalled(`${path}.map`));
      expect(file ?? name).toBe(name);
      expect(sources.length).toBeGreaterThan(0);
      const paths = sources.map((source: string) => posix.join(posix.dirname(path), source));
      expect(packed).toEqual(expect.arrayContaining(paths));
    }
    const maps = mapped.map((path) => `${path}.map`);
    expect(packed.filter((path) => path.endsWith('.map'))).toEqual(maps.sort());
  });

  it('maps names to themselves', () => {
    const bundles = packed.filter((path) => /^dist\/[^/]*\.c?js$/.test(path));
    for (const { all, same, unmapped } of bundles.map(followMap)) {
      expect(all).toBeGreaterThan(100);
      expect(same).toBeGreaterThan(0.9 * all);
      expect(unmapped).toEqual([]);
    }
  });

  it('installs no other package', () => {
    const { packages } = JSON.parse(
      run(folder, process.execPath, '-p', 'JSON.stringify(require("./package-lock.json"))'),
    );
    expect(Object.keys(packages)).toEqual(['', 'node_modules/shardline']);
  });

  it('passes publint', () => {
    expect(run(folder, tool('publint'), '--strict', tarball)).toContain('All good!');
  });

  it('has the right types for every kind of resolution, node10 among them', () => {
    // Hosts that import modules declare the type of `*.wasm`. A declaration of ours would hide it.
    const excluded = ['--exclude-entrypoints', './batch/kernel.wasm'];
    const options = ['--no-emoji', '--format', 'json', ...excluded];
    const report = run(folder, tool('attw'), tarball, ...options);
    const { analysis } = JSON.parse(report);
    expect(Object.keys(analysis.entrypoints['.'].resolutions)).toContain('node10');
    expect(analysis.problems).toEqual([]);
  });

  const commands = Object.keys(manifest.bin ?? {});
  it.each(commands)('runs the command %s', (command) => {
    const output = run(folder, join(folder, 'node_modules/.bin', command), '--version');
    expect(output.trim()).toBe(manifest.version);
  });
});

describe.each(entries)('%s', (entry) => {
  it('has the same names and results by import and by require', () => {
    expect(RESULTS[entry]).toBeDefined();
    const imported = consume('mjs', entry);
    expect(imported.names.length).toBeGreaterThan(0);
    expect(consume('cjs', entry)).toEqual(imported);
  });

  it('gives the same results if `exports` is not read', async () => {
    const path = `./node_modules/${entry}`;
    expect(consume('cjs', entry, path)).toEqual(consume('cjs', entry));
    const { metafile } = await build({
      stdin: { contents: `export * from '${path}'`, resolveDir: folder },
      absWorkingDir: folder,
      bundle: true,
      write: false,
      format: 'esm',
      mainFields: ['module', 'main'],
      metafile: true,
    });
    const module = `node_modules/shardline/dist/${moduleNameOf(entry)}.js`;
    expect(Object.keys(metafile.inputs).map((input) => input.replaceAll('\\', '/'))).toContain(
      module,
    );
  });
});

describe('the types', () => {
  beforeAll(() => {
    writeTypeTests(folder);
    const sdk = join(root, 'node_modules/@aws-sdk');
    symlinkSync(sdk, join(folder, 'node_modules/@aws-sdk'), 'junction');
  });

  it('have every name in both module systems', () => {
    const codes = entries.flatMap((entry, i) => {
      const names = consume('mjs', entry).names.join(', ');
      const code = `import { ${names} } from '${entry}';
        export const all: unknown[] = [${names}];`;
      return [
        [`typed-${i}.mts`, code],
        [`typed-${i}.cts`, code],
      ];
    });
    expect(typeErrorsOf(Object.fromEntries(codes), NODE)).toEqual([]);
  });

  it.each(RESOLUTIONS)('have no error in any declaration: $name', (resolution) => {
    const { module, moduleResolution, extensions } = resolution;
    const { options } = ts.convertCompilerOptionsFromJson({ module, moduleResolution }, folder);
    const files = extensions.map((extension) => `everything.${extension}`);
    expect(typeErrors(files, { ...options, skipLibCheck: false })).toEqual([]);
  });

  it('fit those of the SDK without exactOptionalPropertyTypes, which `tsc -p .` has', () => {
    const options = { ...NODE, types: ['node'], typeRoots: [`${root}node_modules/@types`] };
    expect(typeErrors(['sdk.mts'], { ...options, skipLibCheck: true })).toEqual([]);
  });
});

describe('shardline/batch/kernel.wasm', () => {
  it('is the module that a router takes', () => {
    const code = `
      import { readFileSync } from 'node:fs';
      import { createUniformShardMap } from 'shardline';
      import { createBatchRouter } from 'shardline/batch';
      const url = new URL(import.meta.resolve('shardline/batch/kernel.wasm'));
      const module = new WebAssembly.Module(readFileSync(url));
      WebAssembly.Module = { exports: WebAssembly.Module.exports };
      const map = createUniformShardMap(4);
      console.log(createBatchRouter(map).kernel, createBatchRouter(map, { module }).kernel);
    `;
    expect(runScript('mjs', code).trim()).toBe('scalar wasm-simd');
  });
});

describe('the vectors', () => {
  const specifiers = VECTORS.map((name) => `shardline/vectors/${name}`);

  it('are imported and required', () => {
    const counts = VECTORS.map((name) => readJson<{ cases: [] }>(`vectors/${name}`).cases.length);
    const imported = specifiers.map(
      (specifier, i) => `import v${i} from '${specifier}' with { type: 'json' };`,
    );
    const required = specifiers.map((specifier, i) => `const v${i} = require('${specifier}');`);
    const print = `console.log(JSON.stringify([${VECTORS.map((_, i) => `v${i}.cases.length`)}]));`;
    expect(JSON.parse(runScript('mjs', imported.join('') + print))).toEqual(counts);
    expect(JSON.parse(runScript('cjs', required.join('') + print))).toEqual(counts);
  });

  it('have types for both module systems and for bundlers', () => {
    const use = (i: number) => `export const version${i}: number = v${i}.version;
      // @ts-expect-error: there is a type to be wrong about.
      export const wrong${i}: boolean = v${i}.version;`;
    const imported = specifiers.map(
      (specifier, i) => `import v${i} from '${specifier}' with { type: 'json' };\n${use(i)}\n`,
    );
    const required = specifiers.map(
      (specifier, i) => `import v${i} = require('${specifier}');\n${use(i)}\n`,
    );
    const options = { resolveJsonModule: true };
    const node = { 'vectors.mts': imported.join(''), 'vectors.cts': required.join('') };
    expect(typeErrorsOf(node, { ...options, ...NODE })).toEqual([]);
    const bundled = { 'vectors.ts': imported.join('') };
    expect(typeErrorsOf(bundled, { ...options, ...BUNDLER })).toEqual([]);
  });
});
