/**
 * What other emulators of streams get wrong, each as it was seen in them: kinesalite 3.3.3,
 * kinesis-mock 0.6.2, moto of Aug 2026, and threads of other projects. Their routing bugs stand
 * with hash-key and shard-map.
 */

import {
  createLineage,
  formatHashKey,
  HASH_KEY_MAX,
  type ListedShard,
  parseSequenceNumber,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  faultOf,
  HASH_KEYS,
  HOUR_MS,
  MIB,
  merge,
  NAME,
  putAt,
  recordOf,
  revive,
  scale,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../support/streams.ts';

function listOf(stream: Stream, nowMs = T0): ListedShard[] {
  return unwrap(stream.listShards({ StreamName: NAME }, nowMs)).Shards;
}

function owner(stream: Stream, hashKey: bigint, nowMs = T0): number | undefined {
  const put = putAt(stream, hashKey, nowMs);
  return put.ok ? put.accepted.shardIndex : undefined;
}

describe('not as kinesalite, which', () => {
  it.each(['01', '0x10', '1e3', '1.5'])('takes the explicit hash key %s', (ExplicitHashKey) => {
    const put = streamOf(1).putRecord(recordOf(9, { ExplicitHashKey }), T0);
    expect(faultOf(put)).toMatch(/^ValidationException/);
  });

  it('splits at 12345.5 and loses a record between the halves', () => {
    const stream = streamOf(1);
    const request = { StreamName: NAME, ShardToSplit: '0', NewStartingHashKey: '12345.5' };
    expect(faultOf(stream.splitShard(request, T0))).toMatch(/^ValidationException/);
    unwrap(split(stream, '0', 12_345n, T0));
    expect([12_344n, 12_345n].map((key) => owner(stream, key))).toEqual([1, 2]);
  });

  it('splits a shard twice into overlapping pairs (issue 109)', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '0', 100n, T0))).toMatch('already been merged or split');
    expect(shardsOf(stream, T0)).toBe('0 1* 2*');
  });

  it('merges a closed parent with an open sibling', () => {
    const stream = streamOf(2);
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(merge(stream, '0', '1', T0))).toMatch('already been merged or split');
  });

  it('never fails a record of a batch', () => {
    const stream = streamOf(1);
    const Records = Array(500).fill({ PartitionKey: 'a', Data: new Uint8Array(10) });
    const counts = [1, 2, 3, 4, 5].map(() => {
      const result = stream.putRecords({ StreamName: NAME, Records }, T0);
      return result.ok && result.value.FailedRecordCount;
    });
    expect(counts).toEqual([0, 0, 500, 500, 500]);
  });

  it('takes 1 MiB of data with a key of 256 bytes', () => {
    const request = recordOf(1, { Data: new Uint8Array(MIB), PartitionKey: 'x'.repeat(256) });
    expect(streamOf(1).putRecord(request, T0).ok).toBe(false);
  });

  it('takes no record of more than 1 MiB', () => {
    const stream = streamOf(1, {}, { MaxRecordSizeInKiB: 10_240 });
    expect(stream.putRecord(recordOf(10 * MIB), T0).ok).toBe(true);
  });

  it('ignores MaxResults, NextToken and ShardFilter', () => {
    const stream = streamOf(7);
    expect(shardsOf(stream, T0, { MaxResults: 1 })).toBe('0*');
    unwrap(split(stream, '0', 100n, T0));
    const ShardFilter = { Type: 'AT_LATEST' } as const;
    expect(shardsOf(stream, T0, { ShardFilter })).toBe('1* 2* 3* 4* 5* 6* 7* 8*');
    expect(stream.listShards({ NextToken: 'x' }, T0).ok).toBe(false);
  });

  it('knows no ARN and no UpdateShardCount', () => {
    const request = { StreamARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${NAME}` };
    const stream = streamOf(2);
    const more = { TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' } as const;
    expect(stream.updateShardCount({ ...request, ...more }, T0).ok).toBe(true);
  });

  it('looks at closed shards in every put: the open ones alone are searched here', () => {
    const stream = streamOf(1, { throughput: 'unlimited' });
    for (let i = 0; i < 200; i++) {
      const open = stream.shardMap(T0).shards;
      if (open.length === 1) unwrap(split(stream, open[0]!.shardId, 2n ** 127n, T0));
      else unwrap(merge(stream, open[0]!.shardId, open[1]!.shardId, T0));
    }
    expect(listOf(stream).length).toBe(301);
    expect(stream.shardMap(T0).shards.length).toBe(1);
    expect(owner(stream, 0n)).toBe(300);
  });
});

describe('not as kinesis-mock, which', () => {
  it('divides 2^128 - 1: two shards meet at 2^127', () => {
    const [lower, upper] = listOf(streamOf(2));
    expect(lower!.HashKeyRange.EndingHashKey).toBe(formatHashKey(2n ** 127n - 1n));
    expect(upper!.HashKeyRange.StartingHashKey).toBe(formatHashKey(2n ** 127n));
    expect(owner(streamOf(2), 2n ** 127n - 1n)).toBe(0);
  });

  it('merges in the inverted order', () => {
    expect(faultOf(merge(streamOf(2), '1', '0', T0))).toMatch('are not an adjacent pair');
  });

  it('ends a shard at 9223372036854775807', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 1000));
    const end = listOf(stream, T0 + 1000)[0]!.SequenceNumberRange.EndingSequenceNumber!;
    expect(end).toMatch(/^[0-9]{56}$/);
    expect(unwrap(parseSequenceNumber(end)).sequenceIndex).toBe(2n ** 63n - 1n);
  });

  it('starts a merged shard at the number of a parent', () => {
    const stream = streamOf(2);
    unwrap(merge(stream, '0', '1', T0));
    const starts = listOf(stream).map((shard) => shard.SequenceNumberRange.StartingSequenceNumber);
    expect(new Set(starts).size).toBe(3);
    expect(starts.map((start) => unwrap(parseSequenceNumber(start)).shardIndex)).toEqual([0, 1, 2]);
  });

  it('splits at the start of a shard, into 0 to -1', () => {
    expect(faultOf(split(streamOf(1), '0', 0n, T0))).toMatch('is not both greater than one plus');
  });

  it.each([
    [2, 3],
    [4, 3],
    [4, 6],
    [6, 3],
  ])('scales %d to %d unevenly', (from, to) => {
    const stream = streamOf(from);
    unwrap(scale(stream, to, T0));
    const starts = stream.shardMap(T0).shards.map(({ startingHashKey }) => startingHashKey);
    expect(starts).toEqual(
      Array.from({ length: to }, (_, i) => BigInt(i) * (HASH_KEYS / BigInt(to))),
    );
  });

  it('counts closed shards to the limit of the account', () => {
    const stream = streamOf(1, { shardLimit: 3 });
    for (const ids of [
      ['1', '2'],
      ['4', '5'],
      ['7', '8'],
    ] as const) {
      unwrap(split(stream, stream.shardMap(T0).shards[0]!.shardId, 100n, T0));
      unwrap(merge(stream, ids[0], ids[1], T0));
    }
    expect(shardsOf(stream, T0)).toBe('0 1 2 3 4 5 6 7 8 9*');
  });

  it('refuses one large record of a batch by itself', () => {
    const record = { PartitionKey: 'a', Data: new Uint8Array(10) };
    const Records = [record, { ...record, Data: new Uint8Array(MIB) }, record];
    expect(faultOf(streamOf(1).putRecords({ StreamName: NAME, Records }, T0))).toBe(
      "ValidationException: 1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
  });

  it('takes 501 records', () => {
    const Records = Array(501).fill({ PartitionKey: 'a', Data: new Uint8Array(1) });
    expect(streamOf(1).putRecords({ StreamName: NAME, Records }, T0).ok).toBe(false);
  });

  it.each([{ ExplicitHashKey: 'abc' }, { SequenceNumberForOrdering: 'abc' }])(
    'has an internal error for %o',
    (members) => {
      const put = streamOf(1).putRecord(recordOf(9, members), T0);
      expect(faultOf(put)).toMatch(/^ValidationException: 1 validation error detected: /);
    },
  );

  it('numbers records by how many are stored', () => {
    const stream = streamOf(1);
    putAt(stream, 0n, T0);
    const put = putAt(revive(stream), 0n, T0 + 10 * DAY_MS);
    expect(put.ok && parseSequenceNumber(put.value.SequenceNumber)).toMatchObject({
      value: { sequenceIndex: 2n },
    });
  });

  it('keeps the retention period and no record less for it', () => {
    const stream = streamOf(1);
    expect(stream.trimHorizonMs(T0 + 25 * HOUR_MS)).toBe(T0 + HOUR_MS);
  });
});

describe('not as moto, which', () => {
  it('has no shard for the last hash key, or the last one of a range', () => {
    const stream = streamOf(3);
    const ends = stream.shardMap(T0).shards.map(({ endingHashKey }) => endingHashKey);
    expect(ends.at(-1)).toBe(HASH_KEY_MAX);
    expect(ends.map((key) => owner(stream, key))).toEqual([0, 1, 2]);
  });

  it('goes on to put records on a closed parent', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    expect([0n, 99n, 100n].map((key) => owner(stream, key))).toEqual([1, 1, 2]);
    unwrap(merge(stream, '1', '2', T0));
    expect(owner(stream, 0n)).toBe(3);
  });

  it('gives shards the same numbers, from 1 on, and a start of 0', () => {
    const stream = streamOf(2);
    const numbers = [0n, HASH_KEYS - 1n].map((key) => {
      const put = putAt(stream, key, T0);
      return put.ok ? put.value.SequenceNumber : '';
    });
    expect(numbers[0]).not.toBe(numbers[1]);
    for (const number of numbers) expect(number).toMatch(/^[0-9]{56}$/);
    for (const { SequenceNumberRange } of listOf(stream)) {
      expect(SequenceNumberRange.StartingSequenceNumber).toMatch(/^[0-9]{56}$/);
    }
  });

  it('merges the same pair twice', () => {
    const stream = streamOf(2);
    unwrap(merge(stream, '0', '1', T0));
    expect(faultOf(merge(stream, '0', '1', T0))).toMatch('already been merged or split');
    expect(shardsOf(stream, T0)).toBe('0 1 2*');
  });

  it('splits at one above the start', () => {
    expect(faultOf(split(streamOf(1), '0', 1n, T0))).toMatch('is not both greater than one plus');
    expect(split(streamOf(1), '0', 2n, T0).ok).toBe(true);
  });

  it('takes 1 to 4 shards for done, with two', () => {
    expect(faultOf(scale(streamOf(1), 4, T0))).toMatch('cannot scale up over double');
  });

  it('takes a key of no characters, and 1_0 as a hash key', () => {
    const put = (members: object) => streamOf(1).putRecord(recordOf(9, members), T0);
    expect(put({ PartitionKey: '' }).ok).toBe(false);
    expect(put({ ExplicitHashKey: '1_0' }).ok).toBe(false);
  });

  it('reads 12abc as the key of a split', () => {
    const request = { StreamName: NAME, ShardToSplit: '0', NewStartingHashKey: '12abc' };
    expect(faultOf(streamOf(1).splitShard(request, T0))).toMatch(/^ValidationException/);
  });

  it('lets an open shard have an end (issue 1405)', () => {
    for (const { SequenceNumberRange } of listOf(streamOf(3))) {
      expect(SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    }
  });
});

describe('not as others, which', () => {
  it('scale without parents, so that consumers find no way on (cloudemu 372)', () => {
    const stream = streamOf(3);
    unwrap(scale(stream, 5, T0));
    const lineage = unwrap(createLineage(listOf(stream)));
    expect(
      listOf(stream)
        .slice(3)
        .every(({ ParentShardId }) => ParentShardId !== undefined),
    ).toBe(true);
    expect(lineage.shards.size).toBe(listOf(stream).length);
  });

  it('give two children one id, or a put half a split (floci 3000)', () => {
    const stream = streamOf(1, { transitionMs: 10 });
    putAt(stream, 0n, T0 + 10);
    unwrap(split(stream, '0', 100n, T0 + 20));
    const owners = [];
    for (let nowMs = T0 + 20; nowMs < T0 + 40; nowMs++) {
      owners.push([owner(stream, 99n, nowMs), owner(stream, 100n, nowMs)].join());
    }
    expect(owners).toEqual([...Array(10).fill('0,0'), ...Array(10).fill('1,2')]);
  });

  it('hold a malformed entry against that entry alone (fakecloud 1925, kumo 685)', () => {
    const record = { PartitionKey: 'a', Data: new Uint8Array(1) };
    for (const bad of [{ ExplicitHashKey: 'x' }, { ExplicitHashKey: `${HASH_KEYS}` }]) {
      const Records = [record, { ...record, ...bad }];
      expect(streamOf(1).putRecords({ StreamName: NAME, Records }, T0).ok).toBe(false);
    }
  });

  it('refuse at random, or no shard in particular (localstack 2510)', () => {
    const fates = () => {
      const stream = streamOf(2);
      return Array.from({ length: 3000 }, (_, i) => putAt(stream, BigInt(i % 2) << 127n, T0).ok);
    };
    expect(fates()).toEqual(fates());
    expect(fates().lastIndexOf(true)).toBe(1999);
  });

  it('take 256 for a number of bytes (a8m, debezium-server 40)', () => {
    const request = recordOf(9, { PartitionKey: '€'.repeat(256) });
    expect(streamOf(1).putRecord(request, T0).ok).toBe(true);
  });

  it('keep keys in a plain object (aws-kinesis-agg)', () => {
    const keys = ['10', '9', '2', '__proto__', 'hasOwnProperty', 'constructor'];
    const Records = keys.map((PartitionKey) => ({ PartitionKey, Data: new Uint8Array(1) }));
    const result = streamOf(4).putRecords({ StreamName: NAME, Records }, T0);
    const found = result.ok && result.accepted.map((record) => record?.hashKey);
    const alone = keys.map((PartitionKey) => {
      const put = streamOf(4).putRecord(recordOf(2, { PartitionKey }), T0);
      return put.ok && put.accepted.hashKey;
    });
    expect(found).toEqual(alone);
  });
});
