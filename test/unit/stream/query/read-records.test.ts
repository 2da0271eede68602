import {
  type IteratorPosition,
  isVisibleFrom,
  type ReadableRecord,
  type RecordPage,
  readRecords,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MIB, putAt, streamOf, T0 } from '../../../support/streams.ts';

/** Records of one shard, one per second. */
function recordsOf(count: number, bytes = 1): ReadableRecord[] {
  const stream = streamOf(1);
  return Array.from({ length: count }, (_, i) => {
    const put = putAt(stream, 0n, T0 + i * 1000);
    if (!put.ok) throw new Error(put.fault.message);
    const { sequenceNumber, arrivedAtMs } = put.accepted;
    return { sequenceNumber, arrivedAtMs, Data: new Uint8Array(bytes), PartitionKey: 'k' };
  });
}

const NOW = T0 + 20_000;

describe('readRecords', () => {
  const records = recordsOf(12);
  const positions: [string, IteratorPosition][] = [
    ['at a number', { atSequenceNumber: records[3]!.sequenceNumber }],
    ['after a number', { afterSequenceNumber: records[3]!.sequenceNumber }],
    ['after the last number', { afterSequenceNumber: records.at(-1)!.sequenceNumber }],
    ['at a time', { atMs: T0 + 4500 }],
    ['at a time before all', { atMs: 0 }],
    ['at a time after all', { atMs: NOW }],
  ];
  it.each(positions)('reads what is visible %s, in pages', (_, position) => {
    const visible = records.filter((record) => isVisibleFrom(record, position));
    const read: ReadableRecord[] = [];
    let next: IteratorPosition | undefined = position;
    for (let pages = 0; next !== undefined && pages < 9; pages++) {
      const page: RecordPage<ReadableRecord> = readRecords(records, next, {
        nowMs: NOW,
        limit: 5,
        childShards: [],
      });
      read.push(...page.records);
      const behind = records[records.indexOf(page.records.at(-1)!) + 1];
      if (page.records.length === 5 && behind !== undefined) {
        expect(page.millisBehindLatest).toBe(NOW - behind.arrivedAtMs);
      }
      next = page.nextPosition;
    }
    expect(next).toBe(undefined);
    expect(read).toEqual(visible);
  });

  it('goes on in an open shard, from where it started if there is nothing', () => {
    expect(readRecords([], { atMs: 5 }, { nowMs: NOW })).toEqual({
      records: [],
      millisBehindLatest: 0,
      nextPosition: { atMs: 5 },
      childShards: undefined,
    });
  });

  it('lists the children at the end of a closed shard only', () => {
    const childShards = [{ ShardId: 'shardId-000000000001' }] as never;
    const options = { nowMs: NOW, childShards };
    expect(readRecords(records, { atMs: 0 }, { ...options, limit: 11 })).toMatchObject({
      millisBehindLatest: NOW - T0 - 11_000,
      nextPosition: { afterSequenceNumber: records[10]!.sequenceNumber },
      childShards: undefined,
    });
    expect(readRecords(records, { atMs: 0 }, options)).toMatchObject({
      millisBehindLatest: 0,
      nextPosition: undefined,
      childShards,
    });
  });

  it('leaves out what has expired', () => {
    const trimHorizonMs = T0 + 10_000;
    const page = readRecords(records, { atMs: 0 }, { nowMs: T0 + DAY_MS, trimHorizonMs });
    expect(page.records).toEqual(records.slice(10));
  });

  it('reads at most 10 MiB, and one record whatever its size', () => {
    const large = recordsOf(4, 4 * MIB);
    const sizes = [large, recordsOf(2, 11 * MIB), recordsOf(11, MIB - 1)].map(
      (list) => readRecords(list, { atMs: 0 }, { nowMs: NOW }).records.length,
    );
    expect(sizes).toEqual([2, 1, 10]);
  });

  it.each([
    [{ nowMs: NOW, limit: 0 }, RangeError],
    [{ nowMs: NOW, limit: 10_001 }, RangeError],
    [{ nowMs: 0.5 }, RangeError],
    [{ nowMs: NOW, trimHorizonMs: '0' }, TypeError],
    [{ nowMs: NOW, Limit: 5 }, TypeError],
  ])('throws for the options %j', (options, type) => {
    expect(() => readRecords([], { atMs: 0 }, options as never)).toThrow(type);
  });

  it.each([
    ['records[0] must be an object: got null', null],
    ['records[0].Data must be a Uint8Array: got undefined', { Data: undefined }],
    ["records[0].Data must be a Uint8Array: got the string 'YQ=='", { Data: 'YQ==' }],
    ['records[0].PartitionKey must be a string: got 7', { PartitionKey: 7 }],
  ])('names the wrong member of a record: %s', (message, members) => {
    const record = { Data: Uint8Array.of(1), sequenceNumber: '1', arrivedAtMs: NOW };
    const records = [members && { ...record, ...members }];
    const position = { atMs: 0 };
    expect(() => readRecords(records as never, position, { nowMs: NOW })).toThrow(message);
  });

  it('names the wrong time of the next record', () => {
    const record = { Data: Uint8Array.of(1), sequenceNumber: '1', arrivedAtMs: NOW };
    const records = [record, { ...record, sequenceNumber: '2', arrivedAtMs: undefined }];
    expect(() =>
      readRecords(records as never, { afterSequenceNumber: '0' }, { nowMs: NOW, limit: 1 }),
    ).toThrow('records[1].arrivedAtMs must be a number: got undefined');
  });
});
