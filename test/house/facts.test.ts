/**
 * The pages of facts and of known gaps: every fact names its source, `src` cites every fact that it
 * relies on, and every citation and every link to a fact or a gap leads somewhere.
 */

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles, read } from '../support/repository.ts';

const FACTS = 'docs/facts.md';
const GAPS = 'docs/known-gaps.md';

const CONFIDENCES = [
  'documented',
  'official model',
  "run on AWS by a peer's tests",
  'seen in a real response',
  "peer's code only",
  'computed',
  'unknown',
];

const NO_SOURCE = 'no public source known';

/**
 * The minimum number of facts that `src` cites. Raise it whenever a fact is cited for the first
 * time.
 */
const CITED_FACTS_MIN = 193;

/** The facts that `src` does not rely on. A fact leaves this list when a comment cites it. */
const FACTS_NOT_RELIED_ON = [
  'cbor-indefinite',
  'cbor-times',
  'hash-key-samples',
  'kpl-key-length',
  'kpl-limiter',
  'kpl-shard-map',
  'kpl-stale-map',
  'list-shards-rate',
  'on-demand-throughput',
  'scaling-quarters',
  'subscription-http1',
  'subscription-json',
];

interface Entry {
  readonly id: string;
  readonly text: string;
}

const files = listFiles();
const facts = entriesOf(FACTS);
const gaps = entriesOf(GAPS);
const pages = files.filter((file) => file.endsWith('.md'));
const sources = files.filter((file) => /^src\/.*\.ts$/.test(file)).map(read);

/** The third-level headings of a page with the text below each. */
function entriesOf(page: string): Entry[] {
  const [, ...parts] = withoutDefinitions(page).split(/^### /m);
  return parts.map((part) => {
    const [id = '', ...lines] = part.replace(/^## [\s\S]*/m, '').split('\n');
    return { id, text: lines.join('\n') };
  });
}

/** A page without the link definitions at its end. */
function withoutDefinitions(page: string): string {
  return read(page).replace(/^\[[^\]]+\]: .*$/gm, '');
}

/** The link definitions of a page, in order: label and target. */
function definitionsOf(page: string): [label: string, target: string][] {
  return [...read(page).matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, label, target]) => [
    label!,
    target!,
  ]);
}

/** The labels that a text uses, as in `[text][label]`. */
function labelsIn(text: string): string[] {
  return [...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, label]) => label!);
}

/** The targets of the links that a text writes out, as in `[text](target)`. */
function targetsIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The source, the confidence and the gaps that the last paragraph of a fact states. */
function fieldsOf({ text }: Entry): Map<string, string> {
  const lines = text.trim().split('\n\n').at(-1)!.split('\\\n');
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\w+): ([\s\S]*)$/.exec(line) ?? [];
      return [name, value.replace(/\s+/g, ' ')];
    }),
  );
}

/** The ids of one page that entries of the other link to, as `from to`. */
function linksTo(page: string, entries: readonly Entry[]): string[] {
  const prefix = `${posix.basename(page)}#`;
  return entries.flatMap(({ id, text }) =>
    targetsIn(text)
      .filter((target) => target.startsWith(prefix))
      .map((target) => `${id} ${target.slice(prefix.length)}`),
  );
}

/** The ids of a page that `src` cites. */
function citedInSrc(page: string): Set<string> {
  const citation = new RegExp(`${page.replaceAll('.', '\\.')}#([\\w-]+)`, 'g');
  return new Set(sources.flatMap((text) => [...text.matchAll(citation)].map(([, id]) => id!)));
}

function duplicatesIn(items: readonly string[]): string[] {
  return items.filter((item, i) => items.indexOf(item) !== i);
}

describe('the facts', () => {
  it('are found', () => {
    expect(facts.length).toBeGreaterThan(150);
  });

  it('have unique slugs as ids', () => {
    const ids = facts.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(duplicatesIn(ids)).toEqual([]);
  });

  it.each(facts.map((fact) => [fact.id, fact] as const))('%s has a dated source', (_, fact) => {
    const fields = fieldsOf(fact);
    expect([...fields.keys()].join()).toMatch(/^Source,Confidence(?:,Gaps?)?$/);
    const source = fields.get('Source')!;
    if (source.startsWith(NO_SOURCE)) return;
    const links = [...labelsIn(source), ...targetsIn(source).filter((url) => /^https:/.test(url))];
    expect(links).not.toEqual([]);
    expect(source).toMatch(/\b20\d\d\b|not recorded\)/);
  });

  it('state their confidence in the words of the page', () => {
    const words = CONFIDENCES.join('|');
    const form = new RegExp(`^(?:(?:${words})(?: \\((?:[^()]|\\([^()]*\\))*\\))?(?:; |$))+$`);
    const wrong = facts.filter((fact) => !form.test(fieldsOf(fact).get('Confidence') ?? ''));
    expect(wrong.map(({ id }) => id)).toEqual([]);
    for (const word of CONFIDENCES) expect(read(FACTS)).toContain(`\n- _${word}_: `);
  });
});

describe('the known gaps', () => {
  it('are found', () => {
    expect(gaps.length).toBeGreaterThan(20);
    expect(duplicatesIn(gaps.map(({ id }) => id))).toEqual([]);
  });

  it.each(gaps.map((gap) => [gap.id, gap] as const))('%s is complete', (_, { text }) => {
    expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      expect.stringMatching(/^- Here: ./),
      expect.stringMatching(/^- Why: ./),
      expect.stringMatching(/^- Change it in: `/),
      expect.stringMatching(/^- Facts: (?:\[|none$)/),
    ]);
  });

  it('name what src exports', () => {
    const names = gaps.flatMap(({ text }) => {
      const [, list = ''] = /^- Change it in: ([^-]*)/m.exec(text) ?? [];
      return [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    });
    expect(names.length).toBeGreaterThanOrEqual(gaps.length);
    const missing = names.filter((name) => {
      const declaration = new RegExp(`^export (?:const|function|class) ${name}\\b`, 'm');
      return !sources.some((text) => declaration.test(text));
    });
    expect(missing).toEqual([]);
  });

  it('are linked from every fact that they link to', () => {
    const swapped = linksTo(GAPS, facts).map((link) => link.split(' ').reverse().join(' '));
    expect(linksTo(FACTS, gaps).sort()).toEqual(swapped.sort());
  });
});

describe('src', () => {
  it('cites every fact except those that it does not rely on', () => {
    const cited = citedInSrc(FACTS);
    const uncited = facts.map(({ id }) => id).filter((id) => !cited.has(id));
    expect(uncited.sort()).toEqual(FACTS_NOT_RELIED_ON);
    expect(cited.size).toBeGreaterThanOrEqual(CITED_FACTS_MIN);
  });

  it('cites every known gap', () => {
    const cited = citedInSrc(GAPS);
    expect(gaps.map(({ id }) => id).filter((id) => !cited.has(id))).toEqual([]);
  });

  it('leaves the names of sources to the page of facts', () => {
    const source = /kinesalite|\bmoto\b|\bfloci\b|botocore|run on AWS|API reference/i;
    expect(sources.flatMap((text) => source.exec(text)?.[0] ?? [])).toEqual([]);
  });
});

describe('links', () => {
  it.each([FACTS, GAPS])('of %s have one definition each, and no definition is unused', (page) => {
    const labels = definitionsOf(page).map(([label]) => label);
    expect(duplicatesIn(labels)).toEqual([]);
    expect([...new Set(labelsIn(withoutDefinitions(page)))].sort()).toEqual([...labels].sort());
    const targets = definitionsOf(page).map(([, target]) => target);
    expect(targets.filter((target) => !/^https:\/\/[\w.-]+\/\S*$/.test(target))).toEqual([]);
  });

  it('of the two pages, and to them, lead to a file and a heading', () => {
    let checked = 0;
    const broken: string[] = [];
    for (const page of pages) {
      for (const target of targetsIn(read(page))) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : posix.join(posix.dirname(page), path);
        if (![page, file].some((end) => end === FACTS || end === GAPS)) continue;
        checked++;
        const isThere = files.includes(file) && (!anchor || anchorsOf(file).has(anchor));
        if (!isThere) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });

  it('in comments and other texts lead to a heading', () => {
    const anchors = new Map([FACTS, GAPS].map((page) => [page, anchorsOf(page)]));
    const citations = files
      .filter((file) => /\.(?:ts|js|json|md|py|txt)$/.test(file))
      .flatMap((file) =>
        [...read(file).matchAll(/(docs\/(?:facts|known-gaps)\.md)#([\w-]+)/g)].map(
          ([citation, page, anchor]) => ({ file, citation, page: page!, anchor: anchor! }),
        ),
      );
    // The page of facts itself shows the form.
    expect(citations).not.toEqual([]);
    const broken = citations.filter(({ page, anchor }) => !anchors.get(page)?.has(anchor));
    expect(broken.map(({ file, citation }) => `${file}: ${citation}`)).toEqual([]);
  });
});
