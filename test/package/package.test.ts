/** What users get: the packed tarball, installed in an empty folder, loaded both ways. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson, root } from '../support/repository.ts';

interface Manifest {
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly exports: Record<string, unknown>;
}

/** Some answers of each entry, as an expression over it; both builds must print the same. */
const ANSWERS: Readonly<Record<string, string>> = {
  shardline: `[
    all.hashPartitionKey('日本語'),
    all.parseHashKey('0x10'),
    all.parseHashKey('42'),
    all.formatHashKey(all.HASH_KEY_MAX),
    all.createUniformShardMap(3).shards,
    all.createUniformShardMap(3).locateRecord({ PartitionKey: 'e' }),
    all.createShardMap([]),
  ]`,
  'shardline/batch': `[
    all.kernel,
    all.hashPartitionKeys(['a', 'b', 'c', 'd', 'e', '日本語']),
    all.createBatchRouter({ shards: [{ startingHashKey: 0n }, { startingHashKey: 2n ** 127n }] })
      .route(['a', 'b', 'c', 'd', 'e', '日本語']),
  ]`,
};

/** The vectors for whoever implements the service in another language. */
const VECTORS = [
  'partition-keys.json',
  'reshard.json',
  'sequence-numbers.json',
  'throttle.json',
  'uniform-ranges.json',
  'validation.json',
];

const manifest = readJson<Manifest>('package.json');
const entries = Object.keys(manifest.exports)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => entry.replace('.', 'shardline'));

const folder = mkdtempSync(join(tmpdir(), 'shardline-package-'));
let tarball = '';
let packed: string[] = [];

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

function tool(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

/** What a consumer script of the given kind prints of the entry: its names and the answers. */
function consume(kind: 'mjs' | 'cjs', entry: string): { names: string[]; answers: string } {
  const node = { mjs: `from 'node:util'`, cjs: `= require('node:util')` }[kind];
  const all = { mjs: `import * as all from '${entry}'`, cjs: `const all = require('${entry}')` }[
    kind
  ];
  const script = `
    ${kind === 'mjs' ? 'import' : 'const'} { inspect } ${node};
    ${all};
    const answers = inspect(${ANSWERS[entry]}, { depth: null });
    console.log(JSON.stringify({ names: Object.keys(all).sort(), answers }));
  `;
  const file = join(folder, `consumer.${kind}`);
  writeFileSync(file, script);
  return JSON.parse(run(process.execPath, file));
}

beforeAll(() => {
  const [report] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  ) as { filename: string; files: { path: string }[] }[];
  tarball = join(folder, report!.filename);
  packed = report!.files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds the build, its papers, the vectors and nothing else', () => {
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const vectors = [...VECTORS, 'README.md', 'check.py'].map((file) => `vectors/${file}`);
    const beside = packed.filter((path) => !path.startsWith('dist/')).sort();
    const wanted = [...papers, ...vectors].sort();
    expect(beside).toEqual(wanted.filter((path) => existsSync(root + path)));
    expect(packed.some((path) => path.startsWith('dist/'))).toBe(true);
  });

  it('brings no other package with it', () => {
    const { packages } = JSON.parse(
      run(process.execPath, '-p', 'JSON.stringify(require("./package-lock.json"))'),
    );
    expect(Object.keys(packages)).toEqual(['', 'node_modules/shardline']);
  });

  it('is clean to publint', () => {
    expect(run(tool('publint'), '--strict', tarball)).toContain('All good!');
  });

  it('has the right types for both module systems and for bundlers', () => {
    // Before Node 16 there were no subpaths to resolve, so that resolution alone is left out.
    const options = ['--profile', 'node16', '--no-emoji', '--format', 'ascii'];
    expect(() => run(tool('attw'), tarball, ...options)).not.toThrow();
  });

  const commands = Object.keys(manifest.bin ?? {});
  it.each(commands)('runs the command %s', (command) => {
    const output = run(join(folder, 'node_modules/.bin', command), '--version');
    expect(output.trim()).toBe(manifest.version);
  });
});

describe.each(entries)('%s', (entry) => {
  it('has the same names and answers by import and by require', () => {
    expect(ANSWERS[entry]).toBeDefined();
    const imported = consume('mjs', entry);
    expect(imported.names.length).toBeGreaterThan(0);
    expect(consume('cjs', entry)).toEqual(imported);
  });

  it('has a type for every name in both module systems', () => {
    const names = consume('mjs', entry).names.join(', ');
    const code = `import { ${names} } from '${entry}';
      export const all: unknown[] = [${names}];`;
    const files = ['mts', 'cts'].map((extension) => join(folder, `typed.${extension}`));
    for (const file of files) writeFileSync(file, code);
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      lib: ['lib.es2022.d.ts'],
      types: [],
      strict: true,
      noEmit: true,
    });
    const errors = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(errors).toEqual([]);
  });
});
