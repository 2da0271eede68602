/**
 * How long does a producer take per record, from add to settled?
 *
 * Only its own calls are timed, by CPU time: the answers are made before. Records of 100 bytes are
 * aggregated. All records of a round are added first, so they are pending together. Then they are
 * sent and settled, and their results are taken, request by request.
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

/** Sends `RECORDS` records in rounds. Returns the nanoseconds of the producer per record. */
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
  const shardIds = keys.map((key) => map.locatePartitionKey(key).shardId);
  const shardIdOf = (key: string, hashKey: string | undefined) =>
    hashKey === undefined ? shardIds[keys.indexOf(key)]! : map.locate(BigInt(hashKey)).shardId;
  let nowMs = T0;
  let stored = 0;
  let cpuMicroseconds = 0;
  const timed = <T>(call: () => T): T => {
    const from = process.cpuUsage();
    const value = call();
    const { user, system } = process.cpuUsage(from);
    cpuMicroseconds += user + system;
    return value;
  };
  for (let added = 0; added < RECORDS; ) {
    timed(() => {
      for (let i = 0; i < pending; i++, added++) {
        unwrap(producer.add({ PartitionKey: keys[added & 4095]!, Data }, nowMs));
      }
    });
    while (producer.pending.records > 0) {
      const todo = timed(() => producer.next(nowMs));
      if (todo.action === 'listShards') throw new Error('a wrong answer');
      if (todo.action === 'wait') {
        nowMs = todo.untilMs!;
        continue;
      }
      const Records = todo.input.Records.map(({ PartitionKey, ExplicitHashKey }) => ({
        ShardId: shardIdOf(PartitionKey!, ExplicitHashKey),
        SequenceNumber,
      }));
      stored += timed(() => {
        producer.settle(todo.requestId, { output: { Records } }, nowMs);
        return producer.takeResults().filter(({ ok }) => ok).length;
      });
    }
  }
  if (stored < RECORDS) throw new Error(`${stored} of ${RECORDS} records are stored`);
  return (1000 * cpuMicroseconds) / stored;
}

const ROUNDS = 3;
const CASES: readonly (readonly [shards: number, pending: number])[] = [
  [8, 1000],
  [8, 10_000],
  [8, 100_000],
  [8, 1_000_000],
  [1, 10_000],
  [1000, 10_000],
];

/** The cases take turns, so that a busy machine hits all alike. The first turn warms up. */
const samples = CASES.map((): number[] => []);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, [shards, pending]] of CASES.entries()) {
    const ns = nanosecondsPerRecord(shards, pending);
    if (round > 0) samples[i]!.push(ns);
  }
}
console.log(`${'shards'.padStart(8)}${'pending'.padStart(10)}${'ns'.padStart(8)}`);
for (const [i, [shards, pending]] of CASES.entries()) {
  const median = samples[i]!.sort((a, b) => a - b)[ROUNDS >> 1]!;
  const columns = [
    `${shards}`.padStart(8),
    `${pending}`.padStart(10),
    median.toFixed(0).padStart(8),
  ];
  console.log(columns.join(''));
}
