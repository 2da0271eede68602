// Bugs that other aggregation libraries have or had. The oracle is what was packed, or the rule
// of the Kinesis Client Library (docs/facts.md#aggregate-opened).

import { createHash } from 'node:crypto';
import { hashPartitionKey, RECORD_BYTES_DEFAULT, unwrap } from 'shardline';
import { aggregateRecords, deaggregateRecord, type KeyedRecord } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { AggregateBuilder } from '../../../src/aggregation/aggregate-builder.ts';
import { frameOf } from '../../support/aggregates.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

function record(PartitionKey: string, data: string, ExplicitHashKey?: string): KeyedRecord {
  const Data = new Uint8Array(Buffer.from(data));
  return ExplicitHashKey === undefined
    ? { Data, PartitionKey }
    : { Data, PartitionKey, ExplicitHashKey };
}

/** Returns the records of an aggregate of some records, without their numbers. */
function packAndOpen(records: readonly KeyedRecord[]): unknown[] {
  const { records: opened } = deaggregateRecord(unwrap(aggregateRecords(records)));
  return opened.map(({ subSequenceNumber, ...one }) => one);
}

/** Adds records while they fit. Returns the builder and what did not fit. */
function fill(records: readonly KeyedRecord[], bytesMax: number) {
  const builder = new AggregateBuilder();
  const refused = records.filter((one) => !builder.tryAdd(one, bytesMax));
  return { builder, refused };
}

function sizeOf({ Data, PartitionKey }: KeyedRecord): number {
  return Data.length + Buffer.byteLength(PartitionKey);
}

describe('packing', () => {
  it('frames a single record that is a frame itself, so that a consumer leaves it closed', () => {
    const frame = unwrap(aggregateRecords([record('a', '1'), record('b', '2')]));
    const relayed = unwrap(aggregateRecords([{ Data: frame.Data, PartitionKey: 'k' }]));
    expect(deaggregateRecord(relayed).records).toEqual([
      { Data: new Uint8Array(frame.Data), PartitionKey: 'k', subSequenceNumber: 0 },
    ]);
  });

  it('keeps the key of each record if keys and hash keys look like integers', () => {
    const records = ['10', '9', '1', '007', '2'].map((key, i) => record(key, key, `${100 - i}`));
    expect(packAndOpen(records)).toEqual(records);
  });

  it('takes the names of members of Object.prototype as keys', () => {
    const keys = ['__proto__', 'hasOwnProperty', 'constructor', 'toString', '__proto__'];
    const records = keys.map((key) => record(key, key));
    expect(packAndOpen(records)).toEqual(records);
  });

  it('gives the carrier the hash key of the first record if only a later one has an explicit one', () => {
    const carrier = unwrap(aggregateRecords([record('k', '1'), record('k', '2', '5')]));
    expect(carrier.ExplicitHashKey).toBe(`${hashPartitionKey('k')}`);
    expect(Object.keys(carrier)).toEqual(['Data', 'PartitionKey', 'ExplicitHashKey']);
  });

  it('keeps the order of more than four hash keys, and the hash key of the carrier', () => {
    const records = ['7', '3', '9', '1', '8', '2'].map((hashKey, i) =>
      record(`key-${i}`, hashKey, hashKey),
    );
    expect(packAndOpen(records)).toEqual(records);
    expect(unwrap(aggregateRecords(records)).ExplicitHashKey).toBe('7');
  });

  it('writes no table of hash keys if no record has one', () => {
    const { Data } = unwrap(aggregateRecords([record('a', ''), record('b', '')]));
    expect(Buffer.from(Data.subarray(4, -16)).toString('hex')).toBe(
      '0a0161' + '0a0162' + '1a0408001a00' + '1a0408011a00',
    );
  });

  it('writes the index 0 of a hash key', () => {
    const records = [record('a', '', '5'), record('a', '', '5')];
    const { Data } = unwrap(aggregateRecords(records));
    expect(Buffer.from(Data).toString('hex')).toContain('1a06' + '0800' + '1000' + '1a00');
    expect(packAndOpen(records)).toEqual(records);
  });

  it('counts keys in UTF-8, and never exceeds the limit', () => {
    const key = (i: number): string => '漢'.repeat(252) + i;
    const records = Array.from({ length: 2000 }, (_, i) => record(key(i), ''));
    const { builder, refused } = fill(records, RECORD_BYTES_DEFAULT);
    expect(refused.length).toBeGreaterThan(0);
    expect(sizeOf(builder.buildRecord())).toBe(builder.bytes);
    expect(builder.bytes).toBeLessThanOrEqual(RECORD_BYTES_DEFAULT);
    // There was no room for one more.
    expect(builder.bytes + 252 * 3).toBeGreaterThan(RECORD_BYTES_DEFAULT);
  });

  it.each([
    ['the first key and hash key, of index 0', [record('k', '', '5'), record('k', '', '5')]],
    ['a key that repeats once', Array(100).fill(record('x'.repeat(200), ''))],
    ['an index of two bytes', Array.from({ length: 130 }, (_, i) => record(`${i}`, '', `${i}`))],
  ])('counts %s exactly', (_, records: KeyedRecord[]) => {
    const { builder } = fill(records, Number.POSITIVE_INFINITY);
    expect(builder.bytes).toBe(sizeOf(builder.buildRecord()));
  });

  it('loses no record whose frame would exceed the limit by its last 20 bytes', () => {
    for (let bytes = 60; bytes <= 100; bytes++) {
      const records = [record('a', 'x'), record('b', 'x'.repeat(bytes))];
      const { builder, refused } = fill(records, 100);
      const opened = deaggregateRecord(builder.buildRecord()).records.length;
      expect(opened + refused.length).toBe(2);
    }
    // Alone, it needs no frame.
    expect(fill([record('b', 'x'.repeat(99))], 100).refused).toEqual([]);
  });

  it('refuses a record that is too large, and returns no empty aggregate', () => {
    const large = { Data: new Uint8Array(10_485_760), PartitionKey: 'k' };
    expect(aggregateRecords([large])).toMatchObject({ fault: { code: 'ValidationException' } });
    const { builder, refused } = fill([large], RECORD_BYTES_DEFAULT);
    expect([builder.bytes, refused]).toEqual([0, [large]]);
  });

  it('takes a key of 256 characters, however many bytes they have', () => {
    const records = [record('漢'.repeat(256), '1'), record('😀'.repeat(256), '2')];
    expect(packAndOpen(records)).toEqual(records);
  });

  it('packs the bytes of a view, not those of its buffer', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4, 5);
    const view = { Data: buffer.subarray(1, 3), PartitionKey: 'k' };
    expect(packAndOpen([view, view])).toEqual(
      Array(2).fill({ Data: Uint8Array.of(2, 3), PartitionKey: 'k' }),
    );
  });

  it('fills a record of exactly 1 MiB, carrier key included', () => {
    const records = Array.from({ length: 1023 }, (_, i) => ({
      Data: new Uint8Array(1000).fill(i),
      PartitionKey: 'k',
    }));
    records.push({ Data: new Uint8Array(17_358).fill(7), PartitionKey: 'k' });
    const { builder, refused } = fill(records, RECORD_BYTES_DEFAULT);
    expect(refused).toEqual([]);
    expect(builder.bytes).toBe(RECORD_BYTES_DEFAULT);
    const { Data, PartitionKey } = builder.buildRecord();
    expect([Data.length, PartitionKey]).toEqual([1_048_575, 'k']);
    // The SHA-256 of the frame that ten lines of Python write (hashlib for the MD5).
    expect(createHash('sha256').update(Data).digest('hex')).toBe(
      'c6cef0906e2936f61d8db16c93762bfada6333bbff162383cb7ac7f7af9c73c8',
    );
    expect(builder.tryAdd(record('k', ''), RECORD_BYTES_DEFAULT)).toBe(false);
    expect(deaggregateRecord({ Data }).records).toHaveLength(1024);
  });
});

describe('opening', () => {
  const plain = (Data: Uint8Array) => ({
    kind: 'plain',
    records: [{ Data, PartitionKey: 'k', subSequenceNumber: 0 }],
  });

  it.each([
    ['with an index of a key that is not there', '0a016b' + '1a0508001a0164' + '1a0508011a0165'],
    ['with an index of a hash key that is not there', '0a016b' + '1a07080010011a0164'],
    ['without records', '0a016b'],
  ])('returns a frame %s whole, with its flaw', (_, message) => {
    const Data = frameOf(hex(message));
    const result = deaggregateRecord({ Data, PartitionKey: 'k' });
    expect(result).toEqual({ ...plain(Data), flaw: expect.any(String) });
  });

  it('gives no hash key to a record without one, even if the table has some', () => {
    const message = '0a016b' + '120135' + '1a0508001a0161' + '1a07080010001a0162';
    expect(deaggregateRecord({ Data: frameOf(hex(message)) }).records).toEqual([
      { PartitionKey: 'k', Data: Uint8Array.of(0x61), subSequenceNumber: 0 },
      {
        PartitionKey: 'k',
        ExplicitHashKey: '5',
        Data: Uint8Array.of(0x62),
        subSequenceNumber: 1,
      },
    ]);
  });

  it.each([
    ['the magic alone', 'f3899ac2'],
    ['a frame of 20 bytes', `f3899ac2${'d41d8cd98f00b204e9800998ecf8427e'}`],
    ['data that starts with the magic', `f3899ac2${'61'.repeat(40)}`],
    ['a frame with another digest', `f3899ac2${'0a016b1a0508001a0164'}${'00'.repeat(16)}`],
    ['a frame of text', Buffer.from(frameOf(Buffer.from('no protobuf'))).toString('hex')],
  ])('returns %s as it is', (_, data) => {
    const Data = hex(data);
    expect(deaggregateRecord({ Data, PartitionKey: 'k' })).toEqual(plain(Data));
  });

  it('opens the records around a broken frame', () => {
    const good = unwrap(aggregateRecords([record('a', '1'), record('b', '2')])).Data;
    const broken = frameOf(hex('0a016b' + '1a0508091a0164'));
    const opened = [good, broken, good].map((Data) => deaggregateRecord({ Data }));
    expect(opened.map(({ kind, records }) => [kind, records.length])).toEqual([
      ['aggregate', 2],
      ['plain', 1],
      ['aggregate', 2],
    ]);
  });
});
