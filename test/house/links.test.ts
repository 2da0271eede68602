/** The files, headings and npm scripts that the pages of the repository point to exist. */

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles, read, readJson } from '../support/repository.ts';

const files = new Set(listFiles());
const pages = [...files].filter((file) => file.endsWith('.md'));
const readers = [...files].filter((file) => /\.(?:md|ts)$/.test(file));

/** Returns the text of a page without its blocks of code. */
function readProse(page: string): string {
  return read(page).replace(/^```.*?^```$/gms, '');
}

/** Returns the targets of all links and images of a page that are not URLs. */
function relativeLinksOf(page: string): string[] {
  const targets = readProse(page).matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s+(\S+)/gm);
  return [...targets]
    .map(([, inline, reference]) => (inline ?? reference)!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Returns the anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of readProse(page).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading!.replace(/\]\([^)]*\)/g, '').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

function isInRepository(path: string): boolean {
  const name = path.replace(/\/$/, '');
  return files.has(name) || [...files].some((file) => file.startsWith(`${name}/`));
}

describe('the links of the pages', () => {
  it('are found', () => {
    expect(pages.flatMap(relativeLinksOf).length).toBeGreaterThan(10);
    expect([...anchorsOf('README.md')].length).toBeGreaterThan(3);
  });

  it.each(pages)('lead to files and headings: %s', (page) => {
    const broken = relativeLinksOf(page).filter((target) => {
      const [path, anchor] = target.split('#', 2);
      const file = path === '' ? page : posix.join(posix.dirname(page), path!);
      if (!isInRepository(file)) return true;
      return anchor !== undefined && !(file.endsWith('.md') && anchorsOf(file).has(anchor));
    });
    expect(broken).toEqual([]);
  });
});

it('every path that a page names in backticks exists', () => {
  const folders = /`((?:bench|docs|examples|src|test|tools|vectors)\/[\w./-]+)`/g;
  const named = pages.flatMap((page) =>
    [...readProse(page).matchAll(folders)].map(([, path]) => ({ page, path: path! })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ path }) => !isInRepository(path))).toEqual([]);
});

it('every npm script that a page or a comment names exists', () => {
  const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
  const named = readers.flatMap((file) =>
    [...read(file).matchAll(/\bnpm run\s+(?:\* )?([a-z][\w:-]*)/g)].map(([, script]) => ({
      file,
      script: script!,
    })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
});
