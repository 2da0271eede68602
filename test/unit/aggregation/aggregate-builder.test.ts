import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AggregateBuilder, type KeyedRecord } from '../../../src/aggregation/aggregate-builder.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

function record(PartitionKey: string, data: string, ExplicitHashKey?: string): KeyedRecord {
  return { Data: new Uint8Array(Buffer.from(data)), PartitionKey, ExplicitHashKey };
}

function builderOf(records: readonly KeyedRecord[]): AggregateBuilder {
  const builder = new AggregateBuilder();
  for (const one of records) expect(builder.tryAdd(one, NO_LIMIT)).toBe(true);
  return builder;
}

/** The frame of a message, by node:crypto. */
function frameOf(message: string): string {
  const digest = createHash('md5').update(Buffer.from(message, 'hex')).digest('hex');
  return `f3899ac2${message}${digest}`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('AggregateBuilder', () => {
  it('writes the tables, then the records, including indexes that are 0', () => {
    const builder = builderOf([record('a', 'x', '5'), record('b', ''), record('a', 'y')]);
    expect(hex(builder.buildFrame())).toBe(
      frameOf(
        '0a0161' + '0a0162' + '120135' + '1a07080010001a0178' + '1a0408011a00' + '1a0508001a0179',
      ),
    );
  });

  it('keeps the order of keys that look like indexes or members of an object', () => {
    const keys = ['9', '10', 'b', '2', '__proto__', 'hasOwnProperty'];
    const { PartitionKey, ExplicitHashKey } = builderOf(
      keys.map((key) => record(key, '')),
    ).buildRecord();
    expect(PartitionKey).toBe('a');
    expect(ExplicitHashKey).toBe('92737277766069325975379119957797678374');
    const frame = Buffer.from(builderOf(keys.map((key) => record(key, ''))).buildFrame());
    let last = 0;
    for (const key of keys) {
      const at = frame.indexOf(Buffer.concat([Buffer.of(0x0a, key.length), Buffer.from(key)]));
      expect(at).toBeGreaterThan(last);
      last = at;
    }
  });

  it('writes an unpaired surrogate as U+FFFD', () => {
    expect(hex(builderOf([record('\ud800', '')]).buildFrame())).toBe(
      frameOf('0a03efbfbd' + '1a0408001a00'),
    );
  });

  it('returns a single record unchanged', () => {
    const one = record('k', 'x', '7');
    const built = builderOf([one]).buildRecord();
    expect(built).toEqual(one);
    expect(built.Data).toBe(one.Data);
    expect(builderOf([record('k', 'x')]).buildRecord()).not.toHaveProperty('ExplicitHashKey');
  });

  it('frames a single record whose data starts with the magic', () => {
    const data = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);
    const builder = builderOf([{ Data: data, PartitionKey: 'k' }]);
    expect(builder.buildRecord()).toEqual({ Data: builder.buildFrame(), PartitionKey: 'k' });
    expect(hex(builder.buildFrame())).toBe(frameOf('0a016b' + '1a0808001a04f3899ac2'));
  });

  it.each([
    ['one key', [record('k', ''), record('k', '')], 'k', undefined],
    ['one key, first with a hash key', [record('k', '', '9'), record('k', '')], 'k', '9'],
    [
      'one key, second with a hash key',
      [record('a', ''), record('a', '', '9')],
      'a',
      '16955237001963240173058271559858726497',
    ],
    [
      'several keys',
      [record('a', ''), record('c', '')],
      'a',
      '16955237001963240173058271559858726497',
    ],
    ['several keys and a hash key', [record('b', '', '9'), record('c', '')], 'a', '9'],
  ])('carries records of %s', (_, records, key, hashKey) => {
    const { PartitionKey, ExplicitHashKey } = builderOf(records).buildRecord();
    expect([PartitionKey, ExplicitHashKey]).toEqual([key, hashKey]);
  });

  it('knows the size of the record, key included, before building it', () => {
    const builder = new AggregateBuilder();
    expect(builder.bytes).toBe(0);
    const keys = Array.from({ length: 200 }, (_, i) => `${i}`.repeat(1 + (i % 7)));
    for (const [i, key] of ['漢'.repeat(50), ...keys].entries()) {
      builder.tryAdd(record(key, 'x'.repeat(i), i % 3 === 0 ? `${i}` : undefined), NO_LIMIT);
      const { Data, PartitionKey } = builder.buildRecord();
      expect(builder.bytes).toBe(Data.length + Buffer.byteLength(PartitionKey));
    }
  });

  it('is unchanged by a record that does not fit', () => {
    const builder = builderOf([record('kk', 'x'), record('ll', 'x')]);
    const { bytes } = builder;
    const before = builder.buildRecord();
    // 1 for a tag, 1 for a length: twice in the tables and twice in the record; 2 indexes.
    expect(builder.tryAdd(record('m', '', '1'), bytes + 3 + 3 + 8 - 1)).toBe(false);
    expect([builder.bytes, builder.buildRecord()]).toEqual([bytes, before]);
    expect(builder.tryAdd(record('m', '', '1'), bytes + 3 + 3 + 8)).toBe(true);
    expect(builder.bytes).toBe(bytes + 3 + 3 + 8);
  });

  it('counts a single record without a frame', () => {
    expect(new AggregateBuilder().tryAdd(record('k', 'xx'), 2)).toBe(false);
    expect(new AggregateBuilder().tryAdd(record('k', 'xx'), 3)).toBe(true);
  });
});
