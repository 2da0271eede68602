import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, placePins, renderLoadPage, summarize } from '../../../src/cli/load-page.ts';
import { judgeLoad } from '../../../src/cli/load-reader.ts';
import type { LoadVerdict } from '../../../src/load/explain-load.ts';
import { createLoadMeter, type KeyLoad } from '../../../src/load/load-meter.ts';
import { createUniformShardMap } from '../../../src/sharding/shard-map.ts';
import '../../support/property-runs.ts';

interface Row {
  readonly key: string;
  readonly bytes?: number;
  readonly atMs?: number;
}

function render(rows: readonly Row[], shardCount = 4, source = 'keys.txt'): string {
  const map = createUniformShardMap(shardCount);
  const meter = createLoadMeter({ bins: 64, shardMap: map });
  for (const { key, bytes = 0, atMs } of rows)
    meter.add({ PartitionKey: key, Data: new Uint8Array(bytes) }, atMs);
  return renderLoadPage({
    source,
    shards: map.shards,
    load: judgeLoad(meter.report(map), map.shards, {
      hasBytes: rows.every(({ bytes }) => bytes !== undefined),
      aggregates: 0,
    }),
    command: 'aws kinesis split-shard --stream-name "$STREAM_NAME"',
  });
}

/** Returns rows of one key, then one row each of others. */
function rowsOf(count: number, key: string, others: number, row: Partial<Row> = {}): Row[] {
  return [
    ...Array.from({ length: count }, () => ({ key, ...row })),
    ...Array.from({ length: others }, (_, i) => ({ key: `other-${i}`, ...row })),
  ];
}

/** Returns the text of a page between its tags, and throws if a tag is not closed. */
function textOf(html: string): string {
  const open: string[] = [];
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '');
  let text = '';
  let at = 0;
  for (const match of body.matchAll(/<(\/?)([a-z0-9]+)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/g)) {
    text += body.slice(at, match.index);
    at = match.index + match[0].length;
    const [, slash, name, , isEmpty] = match;
    if (slash === '/') expect(name).toBe(open.pop());
    else if (isEmpty !== '/' && !['meta', 'wbr'].includes(name!)) open.push(name!);
  }
  text += body.slice(at);
  expect(open).toEqual([]);
  return text.replace('<!doctype html>', '');
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><h1>',
  '&lt;b&gt;&amp;',
  '<!--',
  ']]>',
  '\u0000\u001b[31m\u202e\n',
  '\ud800',
  '$1$&$`',
];

describe('renderLoadPage', () => {
  it.each(HOSTILE)('escapes the key %j', (key) => {
    const rows = [...Array.from({ length: 9 }, () => ({ key })), { key: 'other' }];
    for (const html of [render(rows), render([{ key: 'a' }], 2, key)]) {
      const text = textOf(html);
      expect([...'<>\u0000\u001b\u202e\ud800'].filter((one) => text.includes(one))).toEqual([]);
      expect(text).toContain(escapeHtml(key).slice(0, 20));
      expect(html).not.toMatch(/<(?:script|img|h1)[^>]*(?:src|onerror)|<script/);
    }
  });

  it('is well formed for any keys', () => {
    const key = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom(...HOSTILE));
    fc.assert(
      fc.property(
        fc.array(fc.record({ key, bytes: fc.nat(9) }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, shardCount) => {
          expect(textOf(render(rows, shardCount))).not.toMatch(/[<>]/);
        },
      ),
    );
  });

  it('loads nothing and runs nothing', () => {
    const html = render([{ key: 'a' }, { key: 'b' }]);
    expect(html).not.toMatch(/https?:|\bsrc=|\bhref=|url\(|@import|<script|\bon[a-z]+=/);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('shows rates against limits only if every record has a time', () => {
    const timed = Array.from({ length: 1500 }, (_, i) => ({
      key: i % 2 === 0 ? 'hot' : `user-${i}`,
      bytes: 100,
      atMs: 1_700_000_000_000 + (i % 1000),
    }));
    const text = textOf(render(timed));
    expect(text).toContain('limit of a shard');
    expect(text).toMatch(/\d+\u00a0% of limit/);
    const untimed = textOf(render([...timed, { key: 'a', bytes: 1 }]));
    expect(untimed).not.toContain('limit of a shard');
    expect(untimed).toContain('average');
  });

  it('marks what is over a limit, and not only by its color', () => {
    const rows = Array.from({ length: 1500 }, () => ({ key: 'a', bytes: 10, atMs: 0 }));
    const html = render(rows, 2);
    expect(html.match(/<td class="over">/g)?.length).toBe(1);
    expect(textOf(html)).toContain('150\u00a0% of limit');
  });

  it('shows the shares before and after the best split', () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({ key: `user-${i}` }));
    const html = render(rows, 1);
    expect(html).toContain('<h3>Now: 1 shard</h3>');
    expect(html).toContain('<h3>After the split: 2 shards</h3>');
    expect(html.match(/class="fill-new"/g)?.length).toBe(2);
    expect(textOf(html)).toContain('A split helps');
  });

  it.each<[string, readonly Row[], number, string]>([
    ['half of a shard', rowsOf(30, 'hot', 10), 4, 'Only other partition keys help'],
    ['over a limit', rowsOf(1500, 'hot', 9999, { atMs: 0 }), 1, 'Only other partition keys help'],
    ['even', Array.from({ length: 999 }, (_, i) => ({ key: `${i}` })), 2, 'The load is even'],
  ])('draws no split that the verdicts do not propose: %s', (_, rows, shardCount, headline) => {
    const html = render(rows, shardCount);
    expect(textOf(html)).toContain(headline);
    expect(textOf(html)).not.toContain('proposed split');
    expect(html).not.toMatch(/class="(?:border|cut|pair|fill-new)"/);
  });

  it('draws the split of the verdict, with its shares', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ key: fc.integer({ min: 0, max: 30 }).map(String), bytes: fc.nat(5000) }),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        fc.integer({ min: 1, max: 9 }),
        (rows, shardCount) => {
          const text = textOf(render(rows, shardCount));
          const verdict = /the busiest shard with ([0-9.]+ %) of the (?:bytes|records), at/.exec(
            text,
          );
          expect(text.includes('Before and after the proposed split')).toBe(verdict !== null);
          if (verdict === null) return;
          const now = /The busiest, (shardId-[0-9]+), has ([0-9.]+)\u00a0% of/.exec(text)!;
          expect(text).toContain(`Split ${now[1]}, the busiest shard with ${now[2]} %`);
        },
      ),
    );
  });

  it('pins no key of many equal ones', () => {
    for (const shardCount of [1, 16, 64, 500]) {
      const html = render(
        Array.from({ length: 100 }, (_, i) => ({ key: `${i}` })),
        shardCount,
      );
      expect(textOf(html)).toContain('No hot key: ');
      expect(html).not.toContain('class="pin"');
    }
  });

  it('pins the keys that have half of the load of an average shard', () => {
    const rest = Array.from({ length: 800 }, (_, i) => ({ key: `user-${i}` }));
    const pinsOf = (hot: number): number =>
      render([...rest, ...rowsOf(hot, 'hot', 0)], 4).split('<td class="rank"><span').length - 1;
    // 114 of 914 records are just less than an eighth, 115 of 915 just more.
    expect([pinsOf(114), pinsOf(115)]).toEqual([0, 1]);
  });

  it('lists the busiest of many shards, and says what the others have', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ key: `user-${i}` }));
    const html = render(rows, 100);
    expect(textOf(html)).toContain('The 16 busiest of 100 shards');
    expect(html.match(/<th scope="row" class="id">/g)?.length).toBe(16);
    expect(textOf(html)).toMatch(/The others have \d\d\.\d\u00a0% of the records together\./);
  });

  it('shows the busiest of many shards alone, because borders would hide all of them', () => {
    const rows = Array.from({ length: 9 }, () => ({ key: 'a' }));
    const shardRow = (shardCount: number): string =>
      /<div class="shards".*?<\/div>/.exec(render(rows, shardCount))![0];
    expect(shardRow(64).match(/<span/g)).toHaveLength(64);
    expect(shardRow(65).match(/<span/g)).toHaveLength(1);
    // The hash key of 'a' is at 4.98 % of the key space: in shard 6 of 128.
    expect(shardRow(128)).toContain(
      '<span class="busiest" style="margin-left:min(4.6875%, 100% - 2px);width:0.7812%"></span>',
    );
  });

  it('says so if there are no records', () => {
    expect(textOf(render([]))).toContain('There are no records');
  });

  it('shows the bounds of keys that are not exact', () => {
    const map = createUniformShardMap(2);
    const meter = createLoadMeter({ keys: 4, shardMap: map });
    for (let i = 0; i < 100; i++) {
      meter.add({ PartitionKey: `user-${i}`, Data: new Uint8Array(9) });
      if (i > 20) meter.add({ PartitionKey: 'hot', Data: new Uint8Array(9) });
    }
    const html = renderLoadPage({
      source: 'x',
      shards: map.shards,
      load: judgeLoad(meter.report(map), map.shards, { hasBytes: true, aggregates: 0 }),
    });
    expect(html).toContain('<i class="bound"');
    expect(textOf(html)).toMatch(/\d\d\.\d to \d\d\.\d\u00a0%/);
  });
});

describe('summarize', () => {
  type Kind = LoadVerdict['kind'];
  it.each<[readonly Kind[], string]>([
    [['key-over-limit', 'key-over-half', 'no-shard-count'], 'Only other partition keys help'],
    [['key-over-limit', 'split'], 'Other partition keys and a split help'],
    [['key-over-half'], 'Only other partition keys help'],
    [['key-over-half', 'shard-count'], 'More shards help'],
    [['split', 'no-shard-count'], 'A split helps'],
    [['split', 'shard-count'], 'A split or more shards help'],
    [['even', 'no-shard-count'], 'The load is even'],
    [['no-split'], 'No split helps'],
  ])('%j', (kinds, headline) => {
    const verdicts = kinds.map((kind) => ({ kind, text: '', shardCount: 5 }));
    expect(summarize(verdicts, 4).headline).toBe(headline);
  });

  it('calls for nothing if there are enough shards', () => {
    const verdicts = (['key-over-half', 'shard-count'] as const).map((kind) => ({
      kind,
      text: '',
      shardCount: 4,
    }));
    expect(summarize(verdicts, 4)).toEqual({
      headline: 'One key is hot, and every shard is within its limits',
      isGood: true,
    });
  });
});

describe('placePins', () => {
  it('keeps pins apart', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 128n - 1n), { maxLength: 12 }), (hashKeys) => {
        const keys = hashKeys.map((hashKey) => ({ hashKey }) as KeyLoad);
        const pins = placePins(keys);
        expect(pins.length).toBe(Math.min(keys.length, 8));
        for (const a of pins) {
          for (const b of pins) {
            if (a !== b && a.lane === b.lane)
              expect(Math.abs(a.percent - b.percent)).toBeGreaterThanOrEqual(7);
          }
        }
      }),
    );
  });
});
