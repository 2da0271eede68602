/** Answers of the packed package on any runtime; throws if one is wrong. Run it beside node_modules. */

import { createStream, createUniformShardMap, hashPartitionKey, unwrap } from 'shardline';
import { createBatchRouter, kernel } from 'shardline/batch';

function check(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`);
}

check(hashPartitionKey('user-42'), 157107139746365290205026809710278036035n);
check(hashPartitionKey('日本語'), 88491575051939950596574576699976684n);
const context = { accountId: '123456789012', region: 'us-east-1' };
const named = { StreamName: 'orders' };
const stream = unwrap(createStream({ ...named, ShardCount: 2 }, context, 1_700_000_000_000));
const record = { ...named, PartitionKey: 'user-42', Data: new Uint8Array(100) };
const { SequenceNumber } = unwrap(stream.putRecord(record, 1_700_000_005_000));
check(SequenceNumber, '49646437576038040647387406495033423874317923228040822786');
const router = createBatchRouter(createUniformShardMap(256));
check(router.route(['a', 'b', 'c', '日本語']).join(), '12,146,74,0');
console.log(`right, ${kernel} kernel`);
