import { createUniformShardMap, HASH_KEY_MAX, hashPartitionKey } from 'shardline';
import { createLoadMeter, type LoadMeter, type RecordToMeter } from 'shardline/load';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../support/streams.ts';

const ONE = createUniformShardMap(1);
const FOUR = createUniformShardMap(4);

function recordOf(PartitionKey: string, bytes: number, ExplicitHashKey?: string): RecordToMeter {
  return {
    PartitionKey,
    Data: new Uint8Array(bytes),
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
  };
}

function addAll(meter: LoadMeter, records: readonly RecordToMeter[]): LoadMeter {
  for (const record of records) meter.add(record);
  return meter;
}

describe('createLoadMeter', () => {
  it('reports nothing before the first record', () => {
    const report = createLoadMeter().report(createUniformShardMap(2));
    expect(report).toEqual({
      bytes: 0,
      records: 0,
      error: 0,
      recordsError: 0,
      keys: [],
      keysByRecords: [],
      shards: [0, 1].map((i) => ({
        shardId: `shardId-00000000000${i}`,
        bytes: 0,
        records: 0,
        share: 0,
        error: 0,
        recordsError: 0,
      })),
      loads: [],
    });
  });

  it('counts data and the UTF-8 of the key', () => {
    const report = addAll(createLoadMeter(), [recordOf('é', 10), recordOf('é', 0)]).report(ONE);
    expect(report.bytes).toBe(14);
    expect(report.keys).toEqual([
      {
        PartitionKey: 'é',
        hashKey: hashPartitionKey('é'),
        bytes: 14,
        error: 0,
        share: 1,
        records: 2,
        recordsError: 0,
        recordsShare: 1,
      },
    ]);
  });

  it('ranks by bytes and by records, ties by key', () => {
    const records = [
      recordOf('big', 1000),
      ...['b', 'a'].flatMap((key) => [recordOf(key, 1), recordOf(key, 1), recordOf(key, 1)]),
    ];
    const report = addAll(createLoadMeter(), records).report(ONE);
    expect(report.keys.map(({ PartitionKey }) => PartitionKey)).toEqual(['big', 'a', 'b']);
    expect(report.keysByRecords.map(({ PartitionKey }) => PartitionKey)).toEqual(['a', 'b', 'big']);
  });

  it('counts an explicit hash key where it routes, and has no hash key for several', () => {
    const meter = createLoadMeter();
    const half = `${2n ** 127n}`;
    addAll(meter, [recordOf('a', 9, '0'), recordOf('b', 9, half), recordOf('b', 9, half)]);
    meter.add(recordOf('c', 9, half));
    meter.add(recordOf('c', 9));
    const report = meter.report(createUniformShardMap(2));
    expect(report.shards.map(({ records }) => records)).toEqual([2, 3]);
    expect(report.keys.map(({ PartitionKey, hashKey }) => [PartitionKey, hashKey])).toEqual([
      ['b', 2n ** 127n],
      ['c', undefined],
      ['a', 0n],
    ]);
    expect(hashPartitionKey('c')).toBeLessThan(2n ** 127n);
  });

  it.each([
    ['+7', 7n],
    ['0007', 7n],
    [`${'0'.repeat(50)}7`, 7n],
    ['-0', 0n],
    [`${HASH_KEY_MAX}`, HASH_KEY_MAX],
  ])('reads the explicit hash key %s as the Kinesis Client Library does', (text, hashKey) => {
    const report = addAll(createLoadMeter(), [recordOf('a', 1, text)]).report(ONE);
    expect(report.keys[0]?.hashKey).toBe(hashKey);
  });

  it.each(['', '-1', ' 1', '0x1', `${HASH_KEY_MAX + 1n}`, '1'.repeat(40)])(
    'refuses the explicit hash key %j and counts nothing',
    (text) => {
      const meter = createLoadMeter();
      expect(() => meter.add(recordOf('a', 1, text))).toThrow(
        'record.ExplicitHashKey must be an integer from 0 to 2^128 - 1: got',
      );
      expect(meter.report(ONE).records).toBe(0);
    },
  );

  it('counts a record without a key only where an explicit hash key routes it', () => {
    const meter = createLoadMeter();
    meter.add({ Data: new Uint8Array(5), ExplicitHashKey: '0' });
    expect(meter.report(ONE)).toMatchObject({ bytes: 5, records: 1, keys: [] });
    expect(() => meter.add({ Data: new Uint8Array(5) })).toThrow(
      'record must have a PartitionKey or an ExplicitHashKey: got neither',
    );
  });

  it('finds the busiest second of each shard, in any order of times', () => {
    const times = [5000, 0, 5999, 1000, 5001];
    const meter = createLoadMeter();
    for (const ms of times) meter.add(recordOf('a', 9), T0 + ms);
    meter.add(recordOf('b', 99), T0 + 1000);
    const { shards, seconds } = meter.report(createUniformShardMap(2));
    expect(shards).toMatchObject([
      { peakBytesPerSecond: 30, peakRecordsPerSecond: 3 },
      { peakBytesPerSecond: 100, peakRecordsPerSecond: 1 },
    ]);
    expect(seconds).toBe(6);
  });

  it('keeps the latest seconds', () => {
    const meter = createLoadMeter({ seconds: 2 });
    for (let i = 0; i < 9; i++) meter.add(recordOf('a', 9), T0);
    for (const second of [1, 2]) meter.add(recordOf('a', 9), T0 + 1000 * second);
    meter.add(recordOf('a', 9), T0 + 500);
    expect(meter.report(ONE).shards[0]?.peakRecordsPerSecond).toBe(1);
    expect(meter.report(ONE).seconds).toBe(3);
  });

  it('has no rate if a record came without a time', () => {
    const meter = createLoadMeter();
    meter.add(recordOf('a', 9), T0);
    expect(meter.report(ONE).seconds).toBe(1);
    meter.add(recordOf('a', 9));
    expect(meter.report(ONE)).not.toHaveProperty('seconds');
  });

  it('divides bins that a shard border crosses, and says by how much it may be wrong', () => {
    const meter = createLoadMeter({ keys: 1, bins: 1 });
    for (let i = 0; i < 400; i++) meter.add(recordOf(`key-${i}`, 10), T0);
    meter.add(recordOf('hot', 100_000), T0);
    const { shards, bytes } = meter.report(FOUR);
    expect(shards.reduce((sum, shard) => sum + shard.bytes, 0)).toBe(bytes);
    expect(shards.reduce((sum, shard) => sum + shard.records, 0)).toBe(401);
    const at = FOUR.locatePartitionKey('hot').shardIndex;
    for (const [i, shard] of shards.entries()) {
      expect(shard.error).toBeGreaterThan(0);
      expect(shard.bytes > 100_000).toBe(i === at);
      expect(shard).not.toHaveProperty('peakBytesPerSecond');
    }
  });

  it('is exact for the shards of its shardMap', () => {
    const shardMap = createUniformShardMap(3);
    const meter = createLoadMeter({ keys: 1, bins: 1, shardMap });
    const counts = [0, 0, 0];
    for (let i = 0; i < 300; i++) {
      meter.add(recordOf(`key-${i}`, 10), T0);
      counts[shardMap.locatePartitionKey(`key-${i}`).shardIndex]!++;
    }
    const { shards } = meter.report(shardMap);
    expect(shards.map(({ records }) => records)).toEqual(counts);
    expect(shards.map(({ peakRecordsPerSecond }) => peakRecordsPerSecond)).toEqual(counts);
    expect(shards.map(({ error }) => error)).toEqual([0, 0, 0]);
  });

  it('is exact for any shards while there are few keys', () => {
    const meter = createLoadMeter({ keys: 200, bins: 1 });
    const map = createUniformShardMap(7);
    const counts = map.shards.map(() => 0);
    for (let i = 0; i < 400; i++) {
      meter.add(recordOf(`key-${i}`, 10));
      counts[map.locatePartitionKey(`key-${i}`).shardIndex]!++;
    }
    const { shards, error } = meter.report(map);
    expect(error).toBe(0);
    expect(shards.map(({ records }) => records)).toEqual(counts);
  });

  it('places all of the load', () => {
    const meter = createLoadMeter({ keys: 4 });
    for (let i = 0; i < 500; i++) meter.add(recordOf(`key-${i % 90}`, i));
    const { loads, bytes, records } = meter.report(FOUR);
    expect(loads.reduce((sum, load) => sum + load.bytes, 0)).toBe(bytes);
    expect(loads.reduce((sum, load) => sum + load.records, 0)).toBe(records);
    const hashKeys = loads.map(({ hashKey }) => hashKey);
    expect(hashKeys).toEqual([...hashKeys].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('counts keys that are named like members of objects', () => {
    const keys = ['__proto__', 'constructor', 'toString'];
    const report = addAll(
      createLoadMeter(),
      keys.map((key) => recordOf(key, 1)),
    ).report(ONE);
    expect(report.keys.map(({ PartitionKey }) => PartitionKey).sort()).toEqual(keys.sort());
  });
});

describe('merge', () => {
  /** Returns a meter of two counters that has counted these keys of one byte. */
  const countKeys = (keys: string): LoadMeter =>
    addAll(
      createLoadMeter({ keys: 1 }),
      [...keys].map((key) => recordOf(key, 0)),
    );

  it.each([
    // The third key drops the counters of the first two, of which one had three records.
    ['missed by the other', 'xxxxx', 'xxxab', 5, 3],
    ['missed by this one', 'xxxab', 'xxxxx', 5, 3],
    ['missed for a time by the other', 'xxxxx', `xxxab${'x'.repeat(10)}`, 15, 3],
    ['missed for a time by this one', `xxxab${'x'.repeat(10)}`, 'xxxxx', 15, 3],
    ['missed by none', 'xxxxx', 'xx', 7, 0],
  ])('bounds what was %s', (_, mine, theirs, amount, missed) => {
    const meter = countKeys(mine);
    meter.merge(countKeys(theirs));
    const { keys, keysByRecords } = meter.report(ONE);
    const load = { bytes: amount, error: missed, records: amount, recordsError: missed };
    expect(keys[0]).toMatchObject({ PartitionKey: 'x', ...load });
    expect(keysByRecords[0]).toEqual(keys[0]);
  });

  it('counts as one meter would', () => {
    const all = createLoadMeter();
    const [one, other] = [createLoadMeter(), createLoadMeter()];
    for (let i = 0; i < 100; i++) {
      const record = recordOf(`key-${i % 17}`, i, i % 5 === 0 ? `${i}` : undefined);
      for (const meter of [all, i % 3 === 0 ? one : other]) meter.add(record, T0 + 300 * i);
    }
    const before = other.report(FOUR);
    one.merge(other);
    expect(one.report(FOUR)).toEqual(all.report(FOUR));
    expect(other.report(FOUR)).toEqual(before);
    one.add(recordOf('key-1', 7), T0);
    expect(other.report(FOUR)).toEqual(before);
  });

  it('adds to each key what the other meter may have missed of it', () => {
    const [one, other] = [createLoadMeter(), createLoadMeter({ keys: 1 })];
    one.add(recordOf('a', 999));
    for (const record of [recordOf('a', 4), recordOf('b', 499), recordOf('c', 1)])
      other.add(record);
    expect(other.report(ONE).error).toBe(500);
    one.merge(other);
    expect(one.report(ONE).keys).toMatchObject([
      { PartitionKey: 'a', bytes: 1000, error: 500, records: 1, recordsError: 1 },
    ]);
    other.merge(one);
    expect(other.report(ONE).error).toBeGreaterThanOrEqual(1000);
  });

  it('goes on counting seconds after a merge', () => {
    const [one, other] = [createLoadMeter({ seconds: 1 }), createLoadMeter()];
    one.add(recordOf('a', 1), T0);
    other.add(recordOf('a', 1), T0 + 1000);
    one.merge(other);
    one.add(recordOf('a', 1), T0);
    one.add(recordOf('a', 1), T0 + 1000);
    expect(one.report(ONE).shards[0]?.peakRecordsPerSecond).toBe(2);
  });

  it('refuses itself, other bins and anything else', () => {
    const meter = createLoadMeter();
    expect(() => meter.merge(meter)).toThrow('other must be another meter: got this one');
    expect(() => meter.merge(createLoadMeter({ bins: 32 }))).toThrow(RangeError);
    expect(() => meter.merge({} as LoadMeter)).toThrow(
      'other must be a load meter of createLoadMeter: got an object',
    );
  });
});

describe('the options', () => {
  it.each([
    [{ key: 5 }, TypeError, "got 'key'"],
    [{ keys: 0 }, RangeError, 'options.keys must be an integer from 1 to 1048576: got 0'],
    [{ bins: 1.5 }, RangeError, 'options.bins must be'],
    [{ seconds: '1' }, TypeError, 'options.seconds must be a number'],
    [{ shardMap: {} }, TypeError, 'options.shardMap must be a shard map'],
  ])('%j throw', (options, type, message) => {
    expect(() => createLoadMeter(options as never)).toThrow(type);
    expect(() => createLoadMeter(options as never)).toThrow(message);
  });
});
