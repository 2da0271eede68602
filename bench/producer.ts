/**
 * How long does a producer take per record, from `add` to its result?
 *
 * Records of 100 bytes are aggregated. All records of a round are added first, so they are pending
 * at the same time. Then they are sent and settled, and their results are taken, request by
 * request. The time is CPU time, including the garbage collector. The responses are made up; the
 * time to make one per aggregated record is included.
 */

import { type AwsShard, createShardMap, unwrap } from '../dist/index.js';
import { createProducer } from '../dist/producer.js';
import { randomKeys } from './support.ts';

const KEY_SPACE = 2n ** 128n;
const T0 = 1_700_000_000_000;
const RECORDS = 1_000_000;
const keys = randomKeys(16);
const Data = new Uint8Array(100);
const SequenceNumber = '49543463076548007577105092696389259426273281578509533186';

function listingOf(count: number): AwsShard[] {
  return Array.from({ length: count }, (_, i) => ({
    ShardId: `shardId-${`${i}`.padStart(12, '0')}`,
    HashKeyRange: {
      StartingHashKey: `${(KEY_SPACE * BigInt(i)) / BigInt(count)}`,
      EndingHashKey: `${(KEY_SPACE * BigInt(i + 1)) / BigInt(count) - 1n}`,
    },
    SequenceNumberRange: { StartingSequenceNumber: '1' },
  }));
}

/**
 * Sends records in rounds, each of which adds `pending` records and then sends them all. Returns
 * the nanoseconds per record.
 */
function nanosecondsPerRecord(shardCount: number, pending: number): number {
  const map = unwrap(createShardMap(listingOf(shardCount)));
  const producer = createProducer({
    StreamName: 'orders',
    shardMap: map,
    listedAtMs: T0,
    aggregation: 'shard',
    lingerMs: 0,
    recordTtlMs: 86_400_000,
    pendingBytesMax: 2 ** 40,
  });
  const responses = new Map(
    map.shards.map(({ shardId: ShardId }) => [ShardId, { ShardId, SequenceNumber }]),
  );
  const responseTo = (key: string, hashKey: string | undefined) => {
    const shard = hashKey === undefined ? map.locatePartitionKey(key) : map.locate(BigInt(hashKey));
    return responses.get(shard.shardId)!;
  };
  let nowMs = T0;
  let stored = 0;
  const from = process.cpuUsage();
  while (stored < RECORDS) {
    for (let i = 0; i < pending; i++) {
      unwrap(producer.add({ PartitionKey: keys[i & 4095]!, Data }, nowMs));
    }
    while (producer.pending.records > 0) {
      const todo = producer.next(nowMs);
      if (todo.action === 'listShards') throw new Error('a wrong response');
      if (todo.action === 'wait') {
        nowMs = todo.untilMs!;
        continue;
      }
      const Records = todo.input.Records.map((entry) =>
        responseTo(entry.PartitionKey!, entry.ExplicitHashKey),
      );
      producer.settle(todo.requestId, { output: { Records } }, nowMs);
      for (const { ok } of producer.takeResults()) stored += ok ? 1 : 0;
    }
  }
  const { user, system } = process.cpuUsage(from);
  return (1000 * (user + system)) / stored;
}

/**
 * Measures what one object per pending record would cost by itself: the same rounds, but each
 * record is only an object that is created, kept and dropped.
 */
function nanosecondsPerObject(pending: number): number {
  let dropped = 0;
  const from = process.cpuUsage();
  while (dropped < RECORDS) {
    const objects: { id: number; Data: Uint8Array; key: string; addedAtMs: number }[] = [];
    for (let i = 0; i < pending; i++) {
      objects.push({ id: dropped + i, Data, key: keys[i & 4095]!, addedAtMs: T0 & i });
    }
    for (const { id } of objects) dropped += id >= 0 ? 1 : 0;
  }
  const { user, system } = process.cpuUsage(from);
  return (1000 * (user + system)) / dropped;
}

const TURNS = 5;
const PENDING = [1000, 10_000, 100_000, 1_000_000];
const CASES: Readonly<Record<string, () => number>> = {
  ...Object.fromEntries(
    PENDING.map((count) => [`8 shards, ${count} pending`, () => nanosecondsPerRecord(8, count)]),
  ),
  // With 400 pending records per shard, so that aggregated records are full.
  ...Object.fromEntries(
    [1, 10, 100, 1000].map((shards) => [
      `${shards} shards, ${400 * shards} pending`,
      () => nanosecondsPerRecord(shards, 400 * shards),
    ]),
  ),
  ...Object.fromEntries(
    [1, 1000].map((shards) => [
      `${shards} shards, 100000 pending`,
      () => nanosecondsPerRecord(shards, 100_000),
    ]),
  ),
  ...Object.fromEntries(
    PENDING.map((count) => [`an object each, ${count} pending`, () => nanosecondsPerObject(count)]),
  ),
};

/**
 * The cases take turns, so that other load on the machine affects all equally. The first turn is a
 * warm-up.
 */
const samples = new Map(Object.keys(CASES).map((name): [string, number[]] => [name, []]));
for (let turn = 0; turn <= TURNS; turn++) {
  for (const [name, measure] of Object.entries(CASES)) {
    const ns = measure();
    if (turn > 0) samples.get(name)!.push(ns);
  }
}
console.log('ns per record: median, minimum');
for (const [name, list] of samples) {
  const sorted = list.sort((a, b) => a - b);
  const columns = [sorted[TURNS >> 1]!, sorted[0]!].map((ns) => ns.toFixed(0).padStart(7));
  console.log(`${columns.join('')}  ${name}`);
}
