import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatChart, interval, type LoadLines, sortByLoad } from '../../../src/cli/load-chart.ts';
import '../../support/property-runs.ts';

const load: LoadLines = {
  records: 30,
  bytes: 3000,
  measuredIn: 'bytes',
  shards: [
    { shardId: 'shardId-000000000000', records: 20, share: 2 / 3, bytes: 1000, bytesShare: 1 / 3 },
    { shardId: 'shardId-000000000001', records: 10, share: 1 / 3, bytes: 2000, bytesShare: 2 / 3 },
  ],
  keys: [
    {
      partitionKey: 'a long key\u001b[31m of many words',
      records: 5,
      recordsError: 1,
      share: 1 / 6,
      bytes: 100,
      bytesError: 0,
      bytesShare: 1 / 30,
    },
  ],
};

function withoutBytes({ shardId, records, share }: LoadLines['shards'][number]) {
  return { shardId, records, share };
}

function linesAt(columns: number, hasUnicode = true): string[] {
  return formatChart(load, { terminal: { columns, hasUnicode } }).trimEnd().split('\n');
}

describe('formatChart', () => {
  it('shows bars of bytes where sizes are known', () => {
    expect(linesAt(100).slice(0, 3)).toEqual([
      'shard                 records    share  bytes    share',
      `shardId-000000000000       20   66.67%   1000   33.33% ${'█'.repeat(20)}`,
      `shardId-000000000001       10   33.33%   2000   66.67% ${'█'.repeat(40)}`,
    ]);
  });

  it.each([true, false])('fits every width from 20 columns on, with Unicode %s', (hasUnicode) => {
    for (let columns = 20; columns <= 100; columns++) {
      for (const shown of [
        load,
        { records: load.records, shards: load.shards.map(withoutBytes), keys: [] },
      ]) {
        const options = { top: 1, terminal: { columns, hasUnicode } };
        const lines = formatChart(shown, options).trimEnd().split('\n');
        // The name of a shard and a comma in the totals have 21 columns.
        const longest = Math.max(...lines.map((line) => [...line].length));
        expect(longest).toBeLessThanOrEqual(Math.max(columns, 21));
        expect(lines[1]).toMatch(shown === load ? /01 .*66\.67%/ : /00 .*66\.67%/);
        if (shown === load) expect(lines.join('\n')).toMatch(/(^| )3\.33% {2}a/m);
      }
    }
  });

  it('leaves out columns from the left on a narrow terminal', () => {
    expect(linesAt(53)[1]).toBe('shardId-000000000000       20   1000   33.33% ████');
    expect(linesAt(44)[1]).toBe('shardId-000000000000   1000   33.33% ████');
    expect(linesAt(35)[1]).toBe('shardId-000000000000   33.33% ███');
    expect(linesAt(34)[1]).toBe('shardId-000000000000   33.33%');
    const [head, first, second] = linesAt(20);
    expect(head).toBe('shard          share');
    expect(first).toBe('…0000000000   33.33%');
    expect(second).toBe('…0000000001   66.67%');
    expect(linesAt(20, false)[1]).toBe('...00000000   33.33%');
    expect(linesAt(10)[1]).toBe('0   33.33%');
  });

  it('shows bars of at least five columns or none', () => {
    for (let columns = 1; columns <= 100; columns++) {
      const busiest = linesAt(columns)[2]!;
      expect(busiest.replace(/[^█]/g, '')).toMatch(columns < 35 ? /^$/ : /^█{5}/);
    }
  });

  it('leaves out figures of keys on a narrow terminal', () => {
    const keyAt = (columns: number) => linesAt(columns).find((line) => line.includes('  a lo'));
    expect(keyAt(54)).toBe('      5  16.67-20.00%    100  3.33%  a long key\\u001b…');
    expect(keyAt(49)).toBe('      5    100  3.33%  a long key\\u001b[31m of m…');
    expect(keyAt(34)).toBe('  100  3.33%  a long key\\u001b[31…');
    expect(keyAt(26)).toBe('3.33%  a long key\\u001b[3…');
    expect(keyAt(20)).toBe('3.33%  a long key\\u…');
    expect(keyAt(12)).toBe('3.33%  a lo…');
  });

  it('escapes and cuts keys', () => {
    expect(linesAt(60)).toContain('      5  16.67-20.00%    100  3.33%  a long key\\u001b[31m o…');
    expect(linesAt(60, false)).toContain(
      '      5  16.67-20.00%    100  3.33%  a long key\\u001b[31m...',
    );
    expect(formatChart(load, {})).toContain('  a long key\\u001b[31m of many words\n');
  });

  it('lists the busiest shards first, and says what the others have', () => {
    const lines = formatChart(load, { top: 1 }).split('\n');
    expect(lines[1]).toContain('shardId-000000000001');
    expect(lines[2]).toBe('1 more shard has 33.33% of the bytes, none more than 1000');
  });

  it('says so if no key stands out', () => {
    const none = 'no hot key: none has ten records and half of the load of an average shard\n\n';
    expect(formatChart({ ...load, keys: [] }, {})).toContain(`\n\n${none}`);
    expect(formatChart({ ...load, hotKeys: 0 }, {})).toContain(`many words\n${none}`);
    expect(formatChart({ ...load, hotKeys: 1 }, {})).not.toContain('no hot key');
  });

  it('measures bars, order and totals in one unit, and says in which', () => {
    const inRecords: LoadLines = { ...load, measuredIn: 'records' };
    const lines = formatChart(inRecords, { top: 1 }).trimEnd().split('\n');
    expect(lines[1]).toBe(
      `shardId-000000000000       20   66.67%   1000   33.33% ${'█'.repeat(40)}`,
    );
    expect(lines[2]).toBe('1 more shard has 33.33% of the records, none more than 10');
    expect(lines.slice(-2)).toEqual([
      '30 records, 3000 bytes, on 2 open shards, 15.0 records on average; the busiest, shardId-000000000000, has 1.33 times the average',
      'measured in records: the load uses more of 1,000 records per second than of 1 MiB per second',
    ]);
    expect(linesAt(200).slice(-2)).toEqual([
      '30 records, 3000 bytes, on 2 open shards, 1500.0 bytes on average; the busiest, shardId-000000000001, has 1.33 times the average',
      'measured in bytes: the load uses more of 1 MiB per second than of 1,000 records per second',
    ]);
    expect(formatChart({ ...load, aggregates: 3 }, {})).toMatch(
      /\nmeasured in bytes: the service counts an aggregated record as one record\n$/,
    );
    const narrow = formatChart(inRecords, { terminal: { columns: 44, hasUnicode: true } });
    expect(narrow).toContain('shardId-000000000000       20   66.67% ██');
  });

  it.each([undefined, 100_000])('takes 200,000 shards, with top %s', (top) => {
    const shards = Array.from({ length: 200_000 }, (_, i) => {
      return { shardId: `shardId-${i}`, records: i === 7 ? 1 : 0, share: i === 7 ? 1 : 0 };
    });
    const chart = formatChart({ records: 1, shards }, top === undefined ? {} : { top });
    expect(chart).toContain(`${'█'.repeat(40)}\n`);
    expect(chart.endsWith('has 200000.00 times the average\n')).toBe(true);
  });
});

describe('sortByLoad', () => {
  // hot-shard-advisor sorts by a comparator that is not a strict order.
  it('is a strict order: by load, then by range, whatever the order of the other unit is', () => {
    const pair = fc.record({ bytes: fc.nat(3), records: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 30 }),
        fc.constantFrom('bytes' as const, 'records' as const),
        (loads, measuredIn) => {
          const shards = loads.map((one, i) => ({ ...one, shardId: `${i}`, share: 0 }));
          const sorted = sortByLoad({ records: 1, bytes: 1, measuredIn, shards });
          expect(new Set(sorted)).toEqual(new Set(shards));
          for (const [i, shard] of sorted.slice(1).entries()) {
            const before = sorted[i]!;
            const isEqual = before[measuredIn] === shard[measuredIn];
            expect(before[measuredIn]).toBeGreaterThanOrEqual(shard[measuredIn]!);
            if (isEqual) expect(Number(before.shardId)).toBeLessThan(Number(shard.shardId));
          }
        },
      ),
    );
  });
});

describe('interval', () => {
  it('is one share if it is exact at two decimals', () => {
    expect(interval(1, 0, 8)).toBe('12.50%');
    expect(interval(119, 1, 1000)).toBe('11.90-12.00%');
    expect(interval(0, 0, 0)).toBe('0.00%');
  });
});
