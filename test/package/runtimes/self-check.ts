/**
 * The one module that every runtime runs beside the installed package: are its results right, which
 * kernel runs, and how fast. It needs the language and the package, and no API of a host.
 *
 * To check a new entry of the package, import it here and add a line to `CHECKS`.
 */

import {
  createShardMap,
  createStream,
  createUniformShardMap,
  formatHashKey,
  formatSequenceNumber,
  hashPartitionKey,
  parseHashKey,
  parseSequenceNumber,
  restoreStream,
  type SequenceNumberParts,
  unwrap,
} from 'shardline';
import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
import { createBatchRouter, hashPartitionKeys, kernel } from 'shardline/batch';
import { createProducer } from 'shardline/producer';
import keyVectors from 'shardline/vectors/partition-keys.json' with { type: 'json' };
import numberVectors from 'shardline/vectors/sequence-numbers.json' with { type: 'json' };
import rangeVectors from 'shardline/vectors/uniform-ranges.json' with { type: 'json' };

/** What a runtime reports. Every member survives JSON. */
export interface SelfCheckReport {
  /** One line per wrong result or exception. */
  readonly wrong: readonly string[];
  /** The kernel that ran. */
  readonly kernel: string;
  /** Nanoseconds per key: `hashPartitionKey`, and `router.route` of 1,008 keys. */
  readonly singleNs: number;
  readonly batchNs: number;
}

/** Returns milliseconds. A host whose clock stands still while code runs may answer later. */
export type Clock = () => number | Promise<number>;

// Made when the module is loaded, where most programs make it: workerd compiles WebAssembly then,
// and never in a request.
const map = createUniformShardMap(256);
const router = createBatchRouter(map);

/** Runs all checks, then takes so many samples of each figure. */
export async function selfCheck(clock: Clock, samples: number): Promise<SelfCheckReport> {
  const wrong: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      check((actual, expected, title) => {
        if (actual !== expected) wrong.push(`${name}: ${title} is ${actual}, not ${expected}`);
      });
    } catch (error) {
      wrong.push(`${name}: ${error}`);
    }
  }
  if (router.kernel !== kernel) {
    wrong.push(`batch: the router reports ${router.kernel}, but ${kernel} ran`);
  }
  const keys = Array.from({ length: 1008 }, (_, i) => `${i * 7919}`.padStart(16, 'k'));
  const out = new Uint32Array(keys.length);
  const measured = {
    singleNs: await measure(clock, samples, keys.length, () => {
      for (const key of keys) hashPartitionKey(key);
    }),
    batchNs: await measure(clock, samples, keys.length, () => {
      router.route(keys, out);
    }),
  };
  return { wrong, kernel, ...measured };
}

type Check = (actual: unknown, expected: unknown, title: string) => void;

const CHECKS: Readonly<Record<string, (check: Check) => void>> = {
  'hash keys': (check) => {
    for (const { partitionKey, hashKey } of keyVectors.cases) {
      check(`${hashPartitionKey(partitionKey)}`, hashKey, `the hash key of '${partitionKey}'`);
      check(formatHashKey(unwrap(parseHashKey(hashKey))), hashKey, 'an explicit hash key');
    }
  },

  'shard maps': (check) => {
    for (const { shardCount, ranges } of rangeVectors.cases) {
      const shardsOf = (from: typeof ranges) =>
        from.map((range, i) => ({
          ShardId: `shardId-${`${i}`.padStart(12, '0')}`,
          HashKeyRange: {
            StartingHashKey: range.startingHashKey,
            EndingHashKey: range.endingHashKey,
          },
          SequenceNumberRange: { StartingSequenceNumber: '1' },
        }));
      const uniform = createUniformShardMap(shardCount);
      const listed = unwrap(createShardMap(shardsOf(ranges)));
      for (const [i, { startingHashKey, endingHashKey }] of ranges.entries()) {
        for (const hashKey of [startingHashKey, endingHashKey]) {
          const owners = [uniform, listed].map((one) => one.locate(BigInt(hashKey)).shardIndex);
          check(owners.join(), `${i},${i}`, `the shard of ${hashKey}, of ${shardCount}`);
        }
      }
    }
  },

  'sequence numbers': (check) => {
    for (const { kind, fields, sequenceNumber, canonical } of numberVectors.cases as Numbers) {
      if (sequenceNumber === undefined) continue;
      const parsed = parseSequenceNumber(sequenceNumber);
      check(parsed.ok, kind !== 'refused', `whether ${sequenceNumber} is parsed`);
      if (!parsed.ok || fields === undefined) continue;
      const text = canonical ?? sequenceNumber;
      check(formatSequenceNumber(parsed.value), text, `what ${sequenceNumber} is printed as`);
      for (const [name, value] of Object.entries(fields)) {
        const read = parsed.value[name as keyof SequenceNumberParts];
        check(`${read}`, `${value}`, `${name} of ${sequenceNumber}`);
      }
    }
  },

  streams: (check) => {
    const StreamName = 'orders';
    const context = { accountId: '123456789012', region: 'us-east-1' };
    const request = { StreamName, ShardCount: 2 };
    const nowMs = 1_700_000_005_000;
    const stream = unwrap(createStream(request, context, 1_700_000_000_000));
    const record = { StreamName, PartitionKey: 'user-42', Data: new Uint8Array(100) };
    const { SequenceNumber } = unwrap(stream.putRecord(record, nowMs));
    check(SequenceNumber, '49646437576038040647387406495033423874317923228040822786', 'a put');
    const ShardToSplit = 'shardId-000000000000';
    const NewStartingHashKey = `${2n ** 126n}`;
    unwrap(stream.splitShard({ StreamName, ShardToSplit, NewStartingHashKey }, nowMs));
    const snapshot = JSON.stringify(stream.snapshot());
    const restored = unwrap(restoreStream(JSON.parse(snapshot)));
    check(JSON.stringify(restored.snapshot()), snapshot, 'the snapshot of a restored stream');
    // More than a shard takes in a second: the throttling must agree too.
    for (let i = 0; i < 2200; i++) {
      const next = { ...record, PartitionKey: `user-${i}` };
      const [expected, actual] = [stream, restored].map((one) => {
        const result = one.putRecord(next, nowMs + 1000);
        return result.ok ? result.value.SequenceNumber : result.fault.message;
      });
      check(actual, expected, `put ${i} of a restored stream`);
    }
  },

  batch: (check) => {
    const keys = Array.from({ length: 300 }, (_, i) => `user-${i}`);
    for (let length = 0; length < 300; length++) {
      keys.push('x'.repeat(length), 'é日😀\ud800'.repeat(length % 70));
    }
    const mapIndexes = router.route(keys);
    const digests = hashPartitionKeys(keys);
    for (const [i, key] of keys.entries()) {
      const title = `'${key.slice(0, 20)}' of ${key.length} characters`;
      check(mapIndexes[i], map.locatePartitionKey(key).shardIndex, `the shard of ${title}`);
      let hashKey = 0n;
      for (const byte of digests.subarray(16 * i, 16 * i + 16)) {
        hashKey = (hashKey << 8n) | BigInt(byte);
      }
      check(hashKey, hashPartitionKey(key), `the hash key of ${title}`);
    }
  },

  aggregation: (check) => {
    const records = ['a', '日本語', 'a'].map((PartitionKey, i) => ({
      PartitionKey,
      ExplicitHashKey: i === 2 ? '7' : undefined,
      Data: Uint8Array.of(i, 255),
    }));
    const opened = deaggregateRecord(unwrap(aggregateRecords(records)));
    check(opened.records.length, records.length, 'the number of opened records');
    for (const [i, { PartitionKey, ExplicitHashKey, Data }] of opened.records.entries()) {
      const record = records[i]!;
      check(PartitionKey, record.PartitionKey, `the key of record ${i}`);
      check(ExplicitHashKey, record.ExplicitHashKey, `the explicit hash key of record ${i}`);
      check(`${Data}`, `${record.Data}`, `the data of record ${i}`);
    }
  },

  producer: (check) => {
    const nowMs = 1_700_000_000_000;
    const StreamName = 'check';
    const context = { accountId: '123456789012', region: 'us-east-1' };
    const stream = unwrap(createStream({ StreamName, ShardCount: 2 }, context, nowMs));
    const { Shards } = unwrap(stream.listShards({ StreamName }, nowMs));
    const shardMap = unwrap(createShardMap(Shards));
    const options = { StreamName, shardMap, listedAtMs: nowMs, lingerMs: 0 };
    const producer = createProducer({ ...options, aggregation: 'shard' });
    for (let i = 0; i < 50; i++) {
      const record = { PartitionKey: `user-${i}`, Data: Uint8Array.of(i) };
      check(unwrap(producer.add(record, nowMs)), i, 'the id of a record');
    }
    for (let todo = producer.next(nowMs); todo.action === 'put'; todo = producer.next(nowMs)) {
      const output = unwrap(stream.putRecords(todo.input, nowMs));
      producer.settle(todo.requestId, { output }, nowMs);
    }
    const results = producer.takeResults();
    check(results.filter(({ ok }) => ok).length, 50, 'the number of stored records');
  },
};

/** The members of the cases of vectors/sequence-numbers.json that are checked here. */
type Numbers = readonly {
  readonly kind: string;
  readonly sequenceNumber?: string;
  readonly canonical?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}[];

/** The length of a sample: enough for a clock of whole milliseconds. */
const SAMPLE_MS = 25;

/** Returns the nanoseconds per key of the fastest sample: the others were disturbed. */
async function measure(
  clock: Clock,
  samples: number,
  keys: number,
  run: () => void,
): Promise<number> {
  let times = 1;
  let best = 0;
  for (let taken = 0; taken < samples; ) {
    const from = await clock();
    for (let i = 0; i < times; i++) run();
    const ms = (await clock()) - from;
    if (ms < SAMPLE_MS) {
      times *= 2;
      continue;
    }
    const ns = (ms * 1e6) / (times * keys);
    best = taken++ === 0 ? ns : Math.min(best, ns);
  }
  return Math.round(best * 10) / 10;
}
