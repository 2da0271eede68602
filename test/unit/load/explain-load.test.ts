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

function explain(meter: LoadMeter, map = FOUR): string[] {
  return explainLoad(meter, map).map(({ text }) => text);
}

describe('explainLoad', () => {
  it('has nothing to say about nothing', () => {
    expect(explainLoad(createLoadMeter(), FOUR)).toEqual([]);
  });

  it('says that resharding does not help a key over 1,000 records per second', () => {
    const meter = createLoadMeter();
    addEachSecond(meter, 'hot', 1001);
    expect(explain(meter)).toEqual([
      "The key 'hot' has at least 1001 records per second, and a shard takes 1000: resharding does not help. Spread its records over several keys.",
      "The key 'hot' has at least 100.0 % of the records of shardId-000000000000, the fullest shard: no split can divide them. Spread its records over several keys.",
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
      "The key 'hot' has at least 1048576 bytes per second, and a shard takes 1048576: resharding does not help. Spread its records over several keys.",
    );
  });

  it('does not accuse a key that explicit hash keys spread', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 4000; i++) {
      const ExplicitHashKey = `${FOUR.shards[i % 4]!.startingHashKey}`;
      meter.add({ PartitionKey: 'any', Data: new Uint8Array(97), ExplicitHashKey }, T0);
    }
    expect(explainLoad(meter, FOUR).map(({ kind }) => kind)).toEqual(['split', 'shard-count']);
  });

  it('splits the fullest shard where that helps, and names the least shard count', () => {
    const meter = createLoadMeter();
    for (let i = 0; i < 40; i++) addEachSecond(meter, `key-${i}`, 60);
    const one = createUniformShardMap(1);
    const [split, count] = explainLoad(meter, one);
    expect(split).toMatchObject({ kind: 'split', shardId: 'shardId-000000000000' });
    expect(split?.split?.lowerShare).toBe(0.5);
    expect(split?.text).toMatch(
      /^Split shardId-000000000000, the fullest shard with 100.0 % of the records, at [0-9]+: the children get 50.0 % and 50.0 % of its records.$/,
    );
    expect(count?.kind).toBe('no-shard-count');
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
      text: 'No UpdateShardCount is needed: the average rate of every shard is within its limits. No lower target keeps it there.',
    });
  });

  it('says that a shard is too narrow', () => {
    const map = unwrap(createShardMap(shardsBetween([10n, 12n])));
    const meter = createLoadMeter({ shardMap: map });
    for (const ExplicitHashKey of ['10', '11']) {
      meter.add({ PartitionKey: ExplicitHashKey, Data: new Uint8Array(9), ExplicitHashKey });
    }
    expect(explain(meter, map)).toEqual([
      'shardId-000000000001, the fullest shard, has too few hash keys to be split.',
    ]);
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
