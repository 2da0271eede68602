/**
 * Why an aggregated record is stored as a whole or not at all.
 *
 * By its sources, the KPL acknowledges each user record whose hash key is in the range of the
 * shard in the response, and sends only the others again (docs/facts.md#kpl-stale-map). By its
 * sources, the KCL drops the whole aggregate (docs/facts.md#aggregate-range). Both rules are
 * modelled here; neither library runs.
 */

import { createShardMap, createStream, hashPartitionKey, unwrap } from 'shardline';
import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
import { createProducer } from 'shardline/producer';
import { expect, test } from 'vitest';

const StreamName = 'orders';
const context = { accountId: '123456789012', region: 'us-east-1' };
const T0 = 1_700_000_000_000;
const AGGREGATES = 1000;
const RECORDS_EACH = 10;

const records = Array.from({ length: AGGREGATES * RECORDS_EACH }, (_, i) => ({
  PartitionKey: `key-${i}`,
  Data: new TextEncoder().encode(`${i}`),
}));

/** A stream of one shard that is split just before the first record arrives. */
function createSplitStream() {
  const stream = unwrap(createStream({ StreamName, ShardCount: 1 }, context, T0));
  const list = (nowMs: number) =>
    unwrap(createShardMap(unwrap(stream.listShards({ StreamName }, nowMs)).Shards));
  const before = list(T0);
  const request = { TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' as const, StreamName };
  unwrap(stream.updateShardCount(request, T0));
  return { stream, before, list };
}

test('acknowledging user records one by one loses more than half of them at a split', () => {
  const { stream, list } = createSplitStream();
  const map = list(T0);
  let acknowledged = 0;
  let visible = 0;
  for (let i = 0; i < AGGREGATES; i++) {
    const group = records.slice(i * RECORDS_EACH, (i + 1) * RECORDS_EACH);
    const entry = unwrap(aggregateRecords(group));
    const { Records } = unwrap(
      stream.putRecords({ StreamName, Records: [entry] }, T0 + 1000 * (i + 1)),
    );
    const shard = map.get(Records[0]!.ShardId!)!;
    acknowledged += group.filter(({ PartitionKey }) => {
      const hashKey = hashPartitionKey(PartitionKey);
      return hashKey >= shard.startingHashKey && hashKey <= shard.endingHashKey;
    }).length;
    visible += deaggregateRecord(entry, shard).records.length;
  }
  // Half of the records belong to that shard. An aggregate of ten is seen only if all do.
  expect(acknowledged).toBe(5504);
  expect(visible).toBe(40);
});

test('createProducer loses none of them', () => {
  const { stream, before, list } = createSplitStream();
  const producer = createProducer({
    StreamName,
    shardMap: before,
    listedAtMs: T0,
    aggregation: 'shard',
    lingerMs: 0,
    recordTtlMs: 86_400_000,
    aggregateBytesMax: 200,
  });
  for (const record of records) unwrap(producer.add(record, T0));
  const visible = new Set<string>();
  let nowMs = T0 + 1;
  while (producer.pending.records > 0) {
    const todo = producer.next(nowMs);
    if (todo.action === 'wait') {
      nowMs = todo.untilMs!;
    } else if (todo.action === 'listShards') {
      producer.useShardMap(list(nowMs), nowMs, nowMs);
    } else {
      const output = unwrap(stream.putRecords(todo.input, nowMs));
      for (const [i, { PartitionKey, ...rest }] of todo.input.Records.entries()) {
        const { ShardId } = output.Records[i]!;
        if (ShardId === undefined) continue;
        const record = { PartitionKey: PartitionKey!, Data: rest.Data };
        const opened = deaggregateRecord(record, stream.shardMap(nowMs).get(ShardId)!);
        for (const { Data } of opened.records) visible.add(new TextDecoder().decode(Data));
      }
      producer.settle(todo.requestId, { output }, nowMs);
    }
  }
  expect(producer.takeResults().filter(({ ok }) => ok)).toHaveLength(records.length);
  expect(visible.size).toBe(records.length);
});
