import { createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { adviseShardCount, createLoadMeter, explainLoad, type LoadMeter } from 'shardline/load';
import { describe, expect, it } from 'vitest';
import { shardsBetween } from '../../support/arbitraries.ts';
import { T0 } from '../../support/streams.ts';

const FOUR = createUniformShardMap(4);

/** Counts `perSecond` records of a key in each of ten seconds. */
function addEachSecond(meter: LoadMeter, key: string, perSecond: number, bytes = 100): void {
  for (let i = 0; i < 10 * perSecond; i++) {
    const Data = new Uint8Array(bytes - key.length);
    meter.add({ PartitionKey: key, Data }, T0 + 1000 * (i % 10));
  }
}

/** Returns a meter of an even load of 400 records per second. */
function createSlowMeter(): LoadMeter {
  const meter = createLoadMeter();
  for (let i = 0; i < 400; i++) {
    const ExplicitHashKey = `${(BigInt(i) << 128n) / 400n}`;
    meter.add({ PartitionKey: 'any', Data: new Uint8Array(9), ExplicitHashKey }, T0 + i);
  }
  return meter;
}

function explain(meter: LoadMeter, map = FOUR): string[] {
  return explainLoad(meter, map).map(({ text }) => text);
}

describe('explainLoad', () => {
  it('gives no verdicts without records', () => {
    expect(explainLoad(createLoadMeter(), FOUR)).toEqual([]);
  });

  it('says that resharding does not help a key over 1,000 records per second', () => {
    const meter = createLoadMeter();
    addEachSecond(meter, 'hot', 1001);
    expect(explain(meter)).toEqual([
      "The key 'hot' has at least 1,001 records per second, and a shard takes 1,000: resharding does not help. Spread its records over several keys.",
      'No UpdateShardCount from 4 (legal targets: 2 to 8) keeps the average rate of every shard within its limits.',
    ]);
  });

  it('says that resharding does not help a key over 1 MiB per second, and not at 1 MiB', () => {
    const meter = createLoadMeter();
    addEachSecond(meter, 'hot', 1, 1_048_576);
    expect(explainLoad(meter, FOUR).map(({ kind }) => kind)).toEqual([
      'key-over-half',
      'shard-count',
    ]);
    meter.add({ PartitionKey: 'hot', Data: new Uint8Array(0) }, T0);
    expect(explain(meter)[0]).toBe(
      "The key 'hot' has at least 1,048,576 bytes per second, and a shard takes 1,048,576: resharding does not help. Spread its records over several keys.",
    );
  });

  it('does not accuse a key that explicit hash keys spread', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 4000; i++) {
      // Half of the records go to the lowest shard, to two hash keys.
      const at = Math.max(0, (i % 8) - 4);
      const ExplicitHashKey = `${FOUR.shards[at]!.startingHashKey + BigInt(i % 2) * 9n}`;
      const Data = new Uint8Array(97);
      meter.add({ PartitionKey: 'any', Data, ExplicitHashKey }, T0 + 1000 * (i % 4));
    }
    expect(explainLoad(meter, FOUR).map(({ kind }) => kind)).toEqual(['split', 'shard-count']);
  });

  it('splits the busiest shard where that helps, and names the least shard count', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 40; i++) addEachSecond(meter, `key-${i}`, 60);
    const one = createUniformShardMap(1);
    const [split, count] = explainLoad(meter, one);
    expect(split).toMatchObject({ kind: 'split', shardId: 'shardId-000000000000' });
    expect(split?.split?.lowerShare).toBe(0.5);
    expect(split?.text).toMatch(
      /^Split shardId-000000000000, the busiest shard with 100.0 % of the records, at [0-9]+: the children get 50.0 % and 50.0 % of its records.$/,
    );
    expect(count).toEqual({
      kind: 'no-shard-count',
      shardCount: 2,
      text: 'No UpdateShardCount from 1 (legal targets: 1 to 2) keeps the average rate of every shard within its limits: the load needs at least 3 shards. Start with 2.',
    });
    expect(explainLoad(meter, createUniformShardMap(2))[1]).toEqual({
      kind: 'shard-count',
      shardCount: 4,
      text: 'UpdateShardCount from 2 to 4 keeps the average rate of every shard within its limits; no lower target does.',
    });
  });

  it('expects nothing of an equal target, which changes nothing', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 24_000; i++) {
      // In the middle of each twelfth of the key space.
      const ExplicitHashKey = `${(BigInt(2 * (i % 12) + 1) << 128n) / 24n}`;
      meter.add({ PartitionKey: 'any', Data: new Uint8Array(9), ExplicitHashKey }, T0 + (i % 9001));
    }
    const loads = meter.report(FOUR).loads.map((load) => ({ ...load, weight: load.records }));
    // Three uniform shards would be enough. These three are not uniform: one has everything.
    expect(adviseShardCount(loads, 3, 10_000)).toBe(3);
    const uneven = unwrap(createShardMap(shardsBetween([10n, 12n])));
    expect(explainLoad(meter, uneven)[1]).toMatchObject({ kind: 'shard-count', shardCount: 4 });
    expect(explainLoad(meter, createUniformShardMap(3))[1]).toEqual({
      kind: 'shard-count',
      shardCount: 3,
      text: 'No UpdateShardCount is needed: the present number of shards keeps the average rate of every shard within its limits, and no lower target does.',
    });
  });

  it('says that a shard is too narrow', () => {
    const map = unwrap(createShardMap(shardsBetween([10n, 12n])));
    const meter = createLoadMeter({ shardMap: map });
    for (const ExplicitHashKey of ['10', '11']) {
      meter.add({ PartitionKey: ExplicitHashKey, Data: new Uint8Array(9), ExplicitHashKey });
    }
    expect(explain(meter, map)).toEqual([
      'No split relieves shardId-000000000001, the busiest shard: it has too few hash keys. Use other explicit hash keys.',
    ]);
  });

  it('does not split a shard whose load goes to one hash key', () => {
    const meter = createLoadMeter({ shardMap: FOUR });
    for (let i = 0; i < 40; i++) {
      meter.add({ PartitionKey: `${i}`, Data: new Uint8Array(9), ExplicitHashKey: '7' });
    }
    expect(explain(meter)).toEqual([
      'No split relieves shardId-000000000000, the busiest shard: its records go to too few hash keys. Use other explicit hash keys.',
    ]);
  });

  it('says what a split can wait for, and why no shard count helps', () => {
    const meter = createLoadMeter({ shardMap: FOUR });
    const addLow = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const ExplicitHashKey = `${BigInt(i % 100) << 100n}`;
        meter.add({ PartitionKey: 'any', Data: new Uint8Array(9), ExplicitHashKey }, T0);
      }
    };
    addLow(900);
    expect(explain(meter)[0]).toMatch(
      /\. Its average rate is within the limits, so this can wait\.$/,
    );
    addLow(1000);
    const [split, count] = explain(meter);
    expect(split).toMatch(/ of its records\.$/);
    expect(count).toMatch(/ within its limits: the load is too uneven\.$/);
  });

  it('does not split an even load, unless a rate is over its limit', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 4000; i++) {
      const ExplicitHashKey = `${(BigInt(i) << 128n) / 4000n}`;
      meter.add({ PartitionKey: 'any', Data: new Uint8Array(9), ExplicitHashKey }, T0 + (i % 999));
    }
    expect(explain(meter)[0]).toBe(
      'No split is needed: shardId-000000000000, the busiest shard, has 1.00 times the average of the records.',
    );
    const [split, count] = explainLoad(meter, createUniformShardMap(3));
    expect(split?.kind).toBe('split');
    expect(split?.text).toMatch(
      / of its records\. The other shards are about as busy, so more shards help more\.$/,
    );
    expect(count?.shardCount).toBe(4);
    // Fewer are enough for a tenth of the load.
    expect(explainLoad(createSlowMeter(), FOUR).map(({ text }) => text)).toEqual([
      'No split is needed: shardId-000000000000, the busiest shard, has 1.00 times the average of the records.',
      'Fewer shards are enough: UpdateShardCount from 4 to 2 keeps the average rate of every shard within its limits; no lower target does.',
    ]);
    // The only shard has the average load, whatever its load is.
    expect(explainLoad(meter, createUniformShardMap(1))[0]?.kind).toBe('split');
  });

  it('does not split a shard that a key over a limit keeps busy, but splits another', () => {
    const shards = createUniformShardMap(2);
    const meter = createLoadMeter({ shardMap: shards });
    const [lower, upper] = ['10', `${2n ** 127n}`];
    const addMany = (count: number, PartitionKey: string, ExplicitHashKey: string): void => {
      const Data = new Uint8Array(9);
      for (let i = 0; i < count; i++) meter.add({ PartitionKey, ExplicitHashKey, Data }, T0);
    };
    addMany(1001, 'hot', lower!);
    for (let i = 0; i < 40; i++) addMany(50, `key-${i}`, `${BigInt(i) << 100n}`);
    const kinds = (): string[] => explainLoad(meter, shards).map(({ kind }) => kind);
    expect(kinds()).toEqual(['key-over-limit', 'no-shard-count']);
    for (let i = 0; i < 80; i++)
      addMany(50, `key-${i}-2`, `${BigInt(upper!) + (BigInt(i) << 100n)}`);
    expect(kinds()).toEqual(['key-over-limit', 'split', 'no-shard-count']);
  });

  it('splits a shard that is a single bin', () => {
    const shardMap = createUniformShardMap(128);
    const meter = createLoadMeter({ keys: 1, bins: 1, shardMap });
    for (let i = 0; i < 100; i++) {
      const ExplicitHashKey = `${BigInt(i) << 110n}`;
      meter.add({ PartitionKey: `${i}`, Data: new Uint8Array(9), ExplicitHashKey });
    }
    const [verdict] = explainLoad(meter, shardMap);
    expect(verdict).toMatchObject({ kind: 'split', shardId: 'shardId-000000000000' });
    expect(verdict?.split?.lowerShare).toBeCloseTo(0.5, 1);
  });

  it('escapes keys, which are foreign text', () => {
    const meter = createLoadMeter();
    meter.add({ PartitionKey: '\u001b[2J', Data: new Uint8Array(9) });
    expect(explain(meter)[0]).toContain("The key '\\u001b[2J' has");
  });

  it('demands a meter of this library', () => {
    expect(() => explainLoad({} as LoadMeter, FOUR)).toThrow(
      'meter must be a load meter of createLoadMeter: got an object',
    );
  });
});
