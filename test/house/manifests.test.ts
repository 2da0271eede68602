/** The files that describe the package to tools agree with package.json. */

import { describe, expect, it } from 'vitest';
import { listFiles, read, readJson } from '../support/repository.ts';

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly url: string };
  readonly exports: Record<string, unknown>;
}

interface JsrManifest extends Pick<Manifest, 'version' | 'license'> {
  readonly exports: Record<string, string>;
}

const manifest = readJson<Manifest>('package.json');

/** The exports that are code, each with the file of src that declares it. */
const sources = Object.fromEntries(
  Object.keys(manifest.exports)
    .filter((path) => !/\.(json|wasm)$/.test(path))
    .map((path) => [path, `./src/${path === '.' ? 'index' : path.slice('./'.length)}.ts`]),
);

describe('jsr.json', () => {
  const jsr = readJson<JsrManifest>('jsr.json');

  it('has the version and the license of package.json', () => {
    expect(jsr.version).toBe(manifest.version);
    expect(jsr.license).toBe(manifest.license);
  });

  it('exports the source of what package.json exports', () => {
    expect(Object.keys(sources)).toContain('.');
    expect(jsr.exports).toEqual(sources);
  });
});

describe('typedoc.json', () => {
  it('documents what package.json exports', () => {
    const { entryPoints } = readJson<{ entryPoints: string[] }>('typedoc.json');
    expect(entryPoints.map((file) => `./${file}`).sort()).toEqual(Object.values(sources).sort());
  });

  it('calls each module as users import it', () => {
    for (const [path, source] of Object.entries(sources)) {
      const name = path.replace('.', 'shardline');
      expect(read(source.slice('./'.length))).toContain(`\n * @module ${name}\n`);
    }
  });

  it('lists every page of docs, in an order to read them', () => {
    const { projectDocuments } = readJson<{ projectDocuments: string[] }>('typedoc.json');
    const pages = listFiles().filter((file) => /^docs\/.*\.md$/.test(file));
    expect([...projectDocuments].sort()).toEqual(pages);
  });
});

describe('the repository', () => {
  const url = /^git\+(https:\/\/.*)\.git$/.exec(manifest.repository.url)?.[1] ?? 'none';

  it('is where package.json sends readers and reporters of bugs', () => {
    expect(manifest.homepage).toBe(`${url}#readme`);
    expect(manifest.bugs.url).toBe(`${url}/issues`);
  });

  it('has the same address in every file', () => {
    const address = /https:\/\/[\w.]+\/[\w-]+\/shardline(?![\w-])/g;
    const found = listFiles().flatMap((file) => read(file).match(address) ?? []);
    expect([...new Set(found)]).toEqual([url]);
  });
});
