import { describe, expect, it } from 'vitest';
import { planRequests } from '../../../src/producer/plan-requests.ts';
import { MIB } from '../../support/streams.ts';

function entriesOf(sizes: readonly number[]) {
  return sizes.map((bytes) => ({ PartitionKey: 'a', Data: new Uint8Array(bytes - 1) }));
}

function countsOf(sizes: readonly number[], limits = {}): number[] {
  return planRequests(entriesOf(sizes), limits).requests.map((records) => records.length);
}

describe('planRequests', () => {
  it('plans nothing for no records', () => {
    expect(planRequests([])).toEqual({ requests: [], refused: [] });
  });

  it('puts 500 records into a request', () => {
    expect(countsOf(new Array(1001).fill(10))).toEqual([500, 500, 1]);
  });

  it('puts 10 MiB into a request, partition keys included', () => {
    expect(countsOf(new Array(11).fill(MIB))).toEqual([10, 1]);
    expect(countsOf([...new Array(9).fill(MIB), MIB - 1, 2])).toEqual([10, 1]);
    expect(countsOf([...new Array(9).fill(MIB), MIB - 2, 2])).toEqual([11]);
  });

  it('puts a record of 10 MiB into a request of its own', () => {
    expect(countsOf([10, 10 * MIB, 10], { MaxRecordSizeInKiB: 10_240 })).toEqual([1, 1, 1]);
  });

  it('leaves out records that the stream would never take', () => {
    const entries = [
      { PartitionKey: 'a', Data: new Uint8Array(MIB) },
      { PartitionKey: 'a', Data: new Uint8Array(1) },
      { PartitionKey: 'a', ExplicitHashKey: `${2n ** 128n}`, Data: new Uint8Array(1) },
      { PartitionKey: '', Data: new Uint8Array(1) },
      { Data: new Uint8Array(1) },
    ];
    const { requests, refused } = planRequests(entries);
    expect(requests).toEqual([[{ PartitionKey: 'a', Data: new Uint8Array(1) }]]);
    expect(refused.map(({ index, fault }) => [index, fault.code])).toEqual([
      [0, 'ValidationException'],
      [2, 'InvalidArgumentException'],
      [3, 'ValidationException'],
      [4, 'ValidationException'],
    ]);
  });

  it('needs no partition key on an AUTO stream', () => {
    const limits = { RecordDistributionStrategy: 'AUTO' } as const;
    expect(planRequests([{ Data: new Uint8Array(1) }], limits).requests).toHaveLength(1);
    const full = new Array(10).fill({ Data: new Uint8Array(MIB) });
    expect(planRequests(full, limits).requests.map((records) => records.length)).toEqual([10]);
  });

  it.each([
    [() => planRequests(7 as never), 'entries must be an array: got 7'],
    [() => planRequests([7 as never]), 'entries[0] must be an object: got 7'],
    [() => planRequests([{ Data: 7 as never }]), 'request.Data must be a Uint8Array: got 7'],
    [
      () => planRequests([], { MaxRecordSizeInKiB: 1 }),
      'limits.MaxRecordSizeInKiB must be an integer from 1024 to 10240: got 1',
    ],
    [
      () => planRequests([], { RecordDistributionStrategy: 'auto' as never }),
      "limits.RecordDistributionStrategy must be AUTO or USER_PARTITION_KEY: got the string 'auto'",
    ],
    [
      () => planRequests([], { recordBytesMax: 1 } as never),
      "limits must have only the options MaxRecordSizeInKiB, RecordDistributionStrategy: got 'recordBytesMax'",
    ],
  ])("throws for a caller's bug, case %#", (call, message) => {
    expect(call).toThrow(message);
  });
});
