/** The shard map by small examples; most of them are what another router or emulator got wrong. */

import { type AwsShard, createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { referenceHashKey } from '../../oracles/reference/hash-key.ts';

const MAX = '340282366920938463463374607431768211455';
const HALF = '170141183460469231731687303715884105728';
const BELOW_HALF = '170141183460469231731687303715884105727';

function shard(index: number, start: string, end: string, endedAt?: string): AwsShard {
  return {
    ShardId: `shardId-${String(index).padStart(12, '0')}`,
    HashKeyRange: { StartingHashKey: start, EndingHashKey: end },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: endedAt },
  };
}

function refusal(...shards: AwsShard[]): string {
  const result = createShardMap(shards);
  expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidShardMap', blame: 'client' } });
  return result.ok ? '' : result.fault.message;
}

describe('locate', () => {
  const map = unwrap(createShardMap([shard(0, '0', BELOW_HALF), shard(1, HALF, MAX)]));

  // moto compares with < and finds no shard at an end (models.py, HEAD of Aug 2026).
  it.each([
    ['0', 0],
    [BELOW_HALF, 0],
    [HALF, 1],
    [MAX, 1],
  ])('includes the end %s of shard %i', (hashKey, shardIndex) => {
    expect(map.locate(BigInt(hashKey)).shardIndex).toBe(shardIndex);
    const record = { PartitionKey: 'a', ExplicitHashKey: hashKey };
    expect(map.locateRecord(record)).toMatchObject({ ok: true, value: { shardIndex } });
  });

  it.each([-1n, 2n ** 128n])('throws for %d', (hashKey) => {
    expect(() => map.locate(hashKey)).toThrow(RangeError);
  });

  it.each([undefined, null, 0, '0'])('throws for %j', (hashKey) => {
    expect(() => map.locate(hashKey as never)).toThrow(TypeError);
  });
});

describe('locatePartitionKey', () => {
  // aws-kinesis-agg keeps keys in a plain object: these break it, and numbers change places.
  it.each(['hasOwnProperty', '__proto__', 'constructor', '10', '9'])('takes the key %j', (key) => {
    const map = createUniformShardMap(4);
    expect(map.locatePartitionKey(key)).toBe(map.locate(referenceHashKey(key)));
  });

  it.each([undefined, null, 1, {}])('throws for %j', (key) => {
    expect(() => createUniformShardMap(2).locatePartitionKey(key as string)).toThrow(TypeError);
  });
});

describe('locateRecord', () => {
  const map = createUniformShardMap(3);

  it('lets the explicit hash key override the partition key', () => {
    // floci (issue 3065) and a8m/kinesis-producer (issue 17) drop it.
    expect(map.locatePartitionKey('a').shardIndex).toBe(0);
    const record = { PartitionKey: 'a', ExplicitHashKey: MAX };
    expect(unwrap(map.locateRecord(record)).shardIndex).toBe(2);
  });

  it('takes undefined for absent', () => {
    const record = { PartitionKey: 'e', ExplicitHashKey: undefined };
    expect(unwrap(map.locateRecord(record)).shardIndex).toBe(2);
  });

  it.each(['a'.repeat(256), '\u{1f600}'.repeat(256), 'é'.repeat(256)])(
    'takes 256 code points, however many units and bytes they are: %.2s...',
    (PartitionKey) => {
      expect(map.locateRecord({ PartitionKey }).ok).toBe(true);
      const refused = map.locateRecord({ PartitionKey: `${PartitionKey}a` });
      expect(refused).toMatchObject({ fault: { code: 'ValidationException' } });
    },
  );

  it.each([
    [
      {},
      "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: " +
        'Member must not be null',
    ],
    [
      { PartitionKey: '' },
      "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    ],
    [
      { PartitionKey: 'a'.repeat(257) },
      "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: " +
        'Member must have length less than or equal to 256',
    ],
    [
      { PartitionKey: '', ExplicitHashKey: '01' },
      "2 validation errors detected: Value at 'partitionKey' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1; Value at 'explicitHashKey' failed to " +
        'satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})',
    ],
  ])('refuses %j in the words of the service', (record, message) => {
    expect(map.locateRecord(record)).toEqual({
      ok: false,
      fault: { code: 'ValidationException', message, blame: 'client' },
    });
  });

  it('refuses an explicit hash key of 2^128 in the words of the service', () => {
    const ExplicitHashKey = '340282366920938463463374607431768211456';
    expect(map.locateRecord({ PartitionKey: 'a', ExplicitHashKey })).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
        blame: 'client',
      },
    });
  });

  it.each([
    undefined,
    null,
    'a',
    1,
    { PartitionKey: 1 },
    { PartitionKey: 'a', ExplicitHashKey: 1 },
  ])('throws for %j', (record) => {
    expect(() => map.locateRecord(record as object)).toThrow(TypeError);
  });
});

describe('a key of the wrong kind', () => {
  const map = createUniformShardMap(1);

  it.each([
    [() => map.locate('0' as never), "hashKey must be a bigint: got the string '0'"],
    [() => map.locatePartitionKey(1 as never), 'partitionKey must be a string: got 1'],
    [() => map.locateRecord(null as never), 'record must be an object: got null'],
    [() => map.locateRecord('a' as never), "record must be an object: got the string 'a'"],
    [() => map.locateRecord({ PartitionKey: 5 as never }), 'PartitionKey must be a string: got 5'],
    [
      () => map.locateRecord({ PartitionKey: 'a', ExplicitHashKey: 5 as never }),
      'ExplicitHashKey must be a string: got 5',
    ],
    [() => createUniformShardMap('1' as never), 'shardCount must be a number'],
  ])('is named: %s', (act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });

  it('is not null, which is absent', () => {
    const record = { PartitionKey: 'a', ExplicitHashKey: null as never };
    expect(map.locateRecord(record).ok).toBe(true);
  });
});

describe('createShardMap', () => {
  it('leaves closed shards out', () => {
    // moto puts into the closed parent after a split, because it comes first.
    const parent = shard(0, '0', MAX, '2');
    const map = unwrap(createShardMap([parent, shard(2, HALF, MAX), shard(1, '0', BELOW_HALF)]));
    expect(map.shards.map(({ shardIndex }) => shardIndex)).toEqual([1, 2]);
    expect(map.locatePartitionKey('b').shardIndex).toBe(2);
  });

  it('keeps lineage and sequence numbers', () => {
    const merged = { ...shard(3, '0', MAX), ParentShardId: 'p', AdjacentParentShardId: 'q' };
    expect(unwrap(createShardMap([merged])).shards).toEqual([
      {
        shardId: 'shardId-000000000003',
        shardIndex: 3,
        startingHashKey: 0n,
        endingHashKey: 2n ** 128n - 1n,
        parentShardId: 'p',
        adjacentParentShardId: 'q',
        startingSequenceNumber: '1',
        endingSequenceNumber: undefined,
      },
    ]);
  });

  it('takes any iterable', () => {
    const shards = new Map([['only', shard(0, '0', MAX)]]);
    expect(createShardMap(shards.values()).ok).toBe(true);
  });

  it('gives shards that cannot be changed', () => {
    const { shards } = createUniformShardMap(1);
    expect(() => Object.assign(shards[0]!, { shardId: 'x' })).toThrow(TypeError);
    expect(() => (shards as unknown[]).push('x')).toThrow(TypeError);
  });

  it('names the hash keys of a gap', () => {
    expect(refusal(shard(0, '0', '9'), shard(1, '20', MAX))).toBe(
      'No open shard holds the hash keys 10 to 19: shardId-000000000000 ends at 9, ' +
        'shardId-000000000001 starts at 20',
    );
  });

  it('names the hash keys of an overlap', () => {
    expect(refusal(shard(0, '0', '20'), shard(1, '20', MAX))).toBe(
      'shardId-000000000000 and shardId-000000000001 overlap: both are open and hold the hash ' +
        'keys 20 to 20',
    );
    expect(refusal(shard(0, '0', MAX), shard(1, '5', '8'))).toBe(
      'shardId-000000000000 and shardId-000000000001 overlap: both are open and hold the hash ' +
        'keys 5 to 8',
    );
  });

  it('names the hash keys that the first and the last shard leave out', () => {
    expect(refusal(shard(7, '1', MAX))).toBe(
      'No open shard holds the hash keys 0 to 0: the lowest, shardId-000000000007, starts at 1',
    );
    expect(refusal(shard(7, '0', '340282366920938463463374607431768211454'))).toBe(
      `No open shard holds the hash keys ${MAX} to ${MAX}: the highest, shardId-000000000007, ` +
        'ends at 340282366920938463463374607431768211454',
    );
  });

  it('refuses an end of 2^128, which moto used to print', () => {
    expect(refusal(shard(0, '0', '340282366920938463463374607431768211456'))).toBe(
      "shardId-000000000000 has '340282366920938463463374607431768211456' as EndingHashKey: " +
        'expected decimal digits from 0 to 2^128 - 1',
    );
  });

  it('names an inverted range', () => {
    expect(refusal(shard(0, '10', '9'))).toBe(
      'shardId-000000000000 has an inverted range: StartingHashKey 10 is above EndingHashKey 9',
    );
  });

  it('names an id that is listed twice', () => {
    expect(refusal(shard(0, '0', MAX), shard(0, '0', MAX, '2'))).toBe(
      'shardId-000000000000 is in the listing twice',
    );
  });

  it('names the lower id first where two shards start alike', () => {
    expect(refusal(shard(1, '0', MAX), shard(0, '0', MAX))).toMatch(
      /^shardId-000000000000 and shardId-000000000001 overlap/,
    );
  });

  it('asks for an open shard', () => {
    expect(refusal()).toBe(
      'No shard is open: of the 0 in the listing, at least one must be without an ' +
        'EndingSequenceNumber',
    );
    expect(refusal(shard(0, '0', MAX, '2'))).toBe(
      'No shard is open: of the 1 in the listing, at least one must be without an ' +
        'EndingSequenceNumber',
    );
  });

  it('names a member of the wrong kind', () => {
    const whole = shard(0, '0', MAX);
    expect(refusal({ ...whole, ShardId: undefined })).toBe('Shard 0 of the listing has no ShardId');
    expect(refusal({ ...whole, ParentShardId: 5 as unknown as string })).toBe(
      'shardId-000000000000 has 5 as ParentShardId: expected a string',
    );
    expect(refusal({ ...whole, HashKeyRange: undefined })).toMatch(
      /^shardId-000000000000 has undefined as StartingHashKey/,
    );
  });

  it.each([undefined, null, 'shards', 1, { Shards: [] }])('throws for %j', (shards) => {
    expect(() => createShardMap(shards as never)).toThrow(
      /^shards must be the list of shards, such as the Shards of a ListShards answer: got /,
    );
  });
});

describe('createUniformShardMap', () => {
  it('divides 2^128, not 2^128 - 1', () => {
    // kinesis-mock 0.6.2 divides 2^128 - 1: every power of two is off, 8 shards by up to 7 keys.
    const eight = createUniformShardMap(8).shards.map(({ startingHashKey }) => startingHashKey);
    expect(eight).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((i) => i << 125n));
  });

  it('covers the key space to the last key', () => {
    // moto ended at 2^128 and left gaps (issue 9909).
    for (const shardCount of [1, 3, 7, 1000]) {
      const { shards } = createUniformShardMap(shardCount);
      expect(shards.at(-1)!.endingHashKey).toBe(2n ** 128n - 1n);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_048_577])(
    'throws for the number %d',
    (shardCount) => {
      expect(() => createUniformShardMap(shardCount)).toThrow(RangeError);
    },
  );

  it.each([undefined, null, '3', 3n])('throws for what is no number', (shardCount) => {
    expect(() => createUniformShardMap(shardCount as never)).toThrow(TypeError);
  });
});
