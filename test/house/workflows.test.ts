/** The scripts and files that the workflows and the guides name exist. */

import { describe, expect, it } from 'vitest';
import { listFiles, read, readJson } from '../support/repository.ts';

const files = listFiles();
const workflows = files.filter((file) => /^\.github\/workflows\/[^/]*\.yml$/.test(file));
const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');

/** The npm scripts that a text calls: `npm run NAME`, and those that npm calls by name alone. */
function scriptsCalled(text: string): string[] {
  const calls = text.matchAll(/\bnpm (?:run (?:--?\w+ )*([\w:-]+)|(test|start)\b)/g);
  return [...calls].map(([, script, lifecycle]) => (script ?? lifecycle)!);
}

describe.each(workflows)('%s', (file) => {
  const text = read(file);

  it('calls npm scripts that exist', () => {
    expect(scriptsCalled(text).length).toBeGreaterThan(0);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(scriptsCalled(text)));
  });

  it('names files that exist', () => {
    const named = text.match(/\b(?:bench|examples|test|tools)\/[\w./-]+/g) ?? [];
    expect(files).toEqual(expect.arrayContaining(named));
  });

  it('pins each action to a major version', () => {
    const actions = [...text.matchAll(/\buses: (.*)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@v\d+$/.test(action!))).toEqual([]);
  });

  it('has only read permission, unless a job says otherwise', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  });
});

describe('the scripts', () => {
  it('are called by three workflows', () => {
    expect(workflows).toHaveLength(3);
  });

  it('call each other by names that exist', () => {
    const called = Object.values(scripts).flatMap(scriptsCalled);
    expect(called.length).toBeGreaterThan(0);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(called));
  });

  it('exist when a guide calls them', () => {
    const guides = files.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');
    const called = guides.flatMap((file) => scriptsCalled(read(file)));
    expect(called.length).toBeGreaterThan(0);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(called));
  });
});
