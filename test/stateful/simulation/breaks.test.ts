/**
 * Breaks the library on purpose, one expression at a time: the simulation must notice, and shrink
 * what happened to a few operations.
 *
 * When a source file changes, adjust `file` and `find` in the table. `find` must occur exactly once
 * in its file.
 */

import { describe, expect, it } from 'vitest';
import { bundleWith } from '../../support/bundle-with-break.ts';
import { firstOperations } from './generator.ts';
import { LAWS, type Law } from './laws.ts';
import type { Operation } from './operation.ts';
import { traceFailure } from './shrink.ts';
import { type Library, simulate } from './simulation.ts';

interface Break {
  readonly name: string;
  /** Below src. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The law that is broken first. */
  readonly law: Law;
  /** The law that is broken first if the twin's results are ignored; undefined if none is. */
  readonly lawWithoutTwin?: Law;
}

const TWIN = 'the stream agrees with its twin';

const BREAKS: readonly Break[] = [
  {
    name: 'a token bucket refills twice as fast',
    file: 'sharding/token-bucket.ts',
    find: 'BYTE_TOKENS_PER_MS = 131_072',
    replace: 'BYTE_TOKENS_PER_MS = 262_144',
    law: TWIN,
    lawWithoutTwin: 'a shard never takes more than its throughput',
  },
  {
    name: 'a token bucket holds more bytes than its capacity',
    file: 'sharding/token-bucket.ts',
    find: 'min(bucket.byteCapacity, bucket.byteTokens',
    replace: 'max(0, bucket.byteTokens',
    law: 'a snapshot restores to itself',
    lawWithoutTwin: 'a snapshot restores to itself',
  },
  {
    name: 'a new maximum record size leaves token buckets as they are',
    file: 'stream/stream-machine.ts',
    find: 'resizeTokenBucket(shard, ',
    replace: 'void (shard, ',
    law: 'a snapshot restores to itself',
    lawWithoutTwin: 'a snapshot restores to itself',
  },
  {
    name: 'a dry run takes tokens',
    file: 'sharding/token-bucket.ts',
    find: 'takeTokens({ ...bucket }',
    replace: 'takeTokens(bucket',
    law: 'a refused call changes nothing',
    lawWithoutTwin: 'a refused call changes nothing',
  },
  {
    name: 'PutRecords stops at the first throttled record',
    file: 'stream/stream-machine.ts',
    find: 'FailedRecordCount++;',
    replace: 'FailedRecordCount++; break;',
    law: TWIN,
  },
  {
    name: 'PutRecords has its records stored in reverse',
    file: 'stream/stream-machine.ts',
    find: 'acceptedRecords.push(accepted)',
    replace: 'acceptedRecords.unshift(accepted)',
    law: 'the record to store is the one in the result',
    lawWithoutTwin: 'the record to store is the one in the result',
  },
  {
    name: 'an explicit hash key is routed as the one beside it',
    file: 'stream/put/route-record.ts',
    find: 'mapIndexOf(hashKey.value)',
    replace: 'mapIndexOf(hashKey.value ^ 1n)',
    law: 'a record is on the open shard that owns its hash key',
    lawWithoutTwin: 'a record is on the open shard that owns its hash key',
  },
  {
    name: 'AUTO starts with the same shard every time',
    file: 'stream/stream-machine.ts',
    find: 'state.distributedCount++',
    replace: 'state.distributedCount',
    law: TWIN,
  },
  {
    name: 'AUTO loses its turn in a snapshot',
    file: 'stream/snapshot/write-snapshot.ts',
    find: 'state.distributedCount',
    replace: '0',
    law: 'what is accepted is stored, and nothing else',
    lawWithoutTwin: 'what is accepted is stored, and nothing else',
  },
  {
    name: 'the latest arrival is lost in a snapshot',
    file: 'stream/snapshot/write-snapshot.ts',
    find: 'state.arrivedAtMs',
    replace: 'state.createdAtMs',
    law: 'a snapshot restores to itself',
    lawWithoutTwin: 'a snapshot restores to itself',
  },
  {
    name: 'the latest arrival is ten days ahead in a snapshot',
    file: 'stream/snapshot/write-snapshot.ts',
    find: 'state.arrivedAtMs',
    replace: 'state.createdAtMs + 864e6',
    law: 'calls made again have the same results',
    lawWithoutTwin: 'calls made again have the same results',
  },
  {
    name: 'the last sequence number is lost when a snapshot is restored',
    file: 'stream/snapshot/read-snapshot.ts',
    find: 'readShardState(openEntry, isFirst ? undefined : last,',
    replace: 'readShardState(openEntry, undefined,',
    law: 'a snapshot restores to itself',
    lawWithoutTwin: 'a snapshot restores to itself',
  },
  {
    name: 'a sequence number is not advanced past SequenceNumberForOrdering',
    file: 'stream/stream-machine.ts',
    find: 'shard.sequencer.advancePast(minimum)',
    replace: 'void minimum',
    law: 'a sequence number exceeds its SequenceNumberForOrdering',
    lawWithoutTwin: 'a sequence number exceeds its SequenceNumberForOrdering',
  },
  {
    name: 'SequenceNumberForOrdering reaches the sequencer with the wrong sign',
    file: 'stream/stream-machine.ts',
    find: 'advancePast(minimum)',
    replace: 'advancePast(-minimum)',
    law: 'nothing throws',
    lawWithoutTwin: 'nothing throws',
  },
  {
    name: 'a sequence number is repeated while the clock is behind',
    file: 'sequencing/sequencer.ts',
    find: 'this.#index.increment()',
    replace: 'if (second >= this.#second) this.#index.increment()',
    law: 'sequence numbers ascend in a shard',
    lawWithoutTwin: 'sequence numbers ascend in a shard',
  },
  {
    name: 'sequence numbers name another shard',
    file: 'sequencing/sequencer.ts',
    find: 'new DecimalCounter(lastSequenceNumber)',
    replace: 'new DecimalCounter(String(BigInt(lastSequenceNumber) + 256n))',
    law: 'a sequence number names its shard',
    lawWithoutTwin: 'a sequence number names its shard',
  },
  {
    name: 'the sequence numbers of a child start in 1970',
    file: 'stream/stream-shards.ts',
    find: 'createShardState(shard, indexes, capacityBytes, atMs)',
    replace:
      'createShardState(createShard(child, { ...times, createdAtMs: 0 }, starts.of(child.shardIndex, 0)), indexes, capacityBytes, atMs)',
    law: 'sequence numbers of a hash key ascend across reshards',
    lawWithoutTwin: 'sequence numbers of a hash key ascend across reshards',
  },
  {
    name: 'an ending sequence number is below those of the records',
    file: 'sequencing/sequence-number-range.ts',
    find: 'sequenceIndex: SEQUENCE_INDEX_MAX',
    replace: 'sequenceIndex: 0n',
    law: TWIN,
    lawWithoutTwin: 'sequence numbers are between the start and the end of their shard',
  },
  {
    name: 'arrival times run backwards with the clock',
    file: 'stream/stream-machine.ts',
    find: 'if (nowMs > state.arrivedAtMs) state',
    replace: 'state',
    law: 'arrival times never decrease',
    lawWithoutTwin: 'arrival times never decrease',
  },
  {
    name: 'a child is created in the second in which its parent closes',
    file: 'stream/stream-shards.ts',
    find: 'childCreatedAtMs(closingSecondMs)',
    replace: 'closingSecondMs',
    law: TWIN,
    lawWithoutTwin: 'a child is created in the second after its parents close',
  },
  {
    name: 'a shard closes before its last record arrives',
    file: 'stream/stream-shards.ts',
    find: 'Math.max(atMs, arrivedAtMs, ',
    replace: 'Math.max(atMs, ',
    law: TWIN,
    lawWithoutTwin: 'a shard is listed as long as it has records',
  },
  {
    name: 'the children of a split overlap',
    file: 'sharding/reshard.ts',
    find: 'hashKey - 1n',
    replace: 'hashKey',
    law: 'open shards tile the key space',
    lawWithoutTwin: 'open shards tile the key space',
  },
  {
    name: 'the children of a split change places',
    file: 'stream/stream-shards.ts',
    find: 'of children)',
    replace: 'of [...children].reverse())',
    law: TWIN,
  },
  {
    name: 'a merge keeps the wrong parent',
    file: 'sharding/reshard.ts',
    find: 'adjacentParentShardId: upper',
    replace: 'adjacentParentShardId: lower',
    law: TWIN,
    lawWithoutTwin: 'a snapshot restores to itself',
  },
  {
    name: 'a reshard takes effect at once',
    file: 'stream/stream-machine.ts',
    find: 'nowMs >= this.#pending.atMs',
    replace: 'nowMs >= 0',
    law: TWIN,
    lawWithoutTwin: 'a refused call changes nothing',
  },
  {
    name: 'a reshard takes effect a millisecond late',
    file: 'stream/stream-machine.ts',
    find: 'nowMs >= this.#pending.atMs',
    replace: 'nowMs > this.#pending.atMs',
    law: TWIN,
  },
  {
    name: 'asking for the shard map makes a reshard take effect',
    file: 'stream/stream-machine.ts',
    find: 'return this.#shardsAt(nowMs).map',
    replace: 'this.#commit(this.#shardsAt(nowMs)); return this.#shards.map',
    law: 'calls made again lead to the same state',
    lawWithoutTwin: 'calls made again lead to the same state',
  },
  {
    name: 'the shard quota may be exceeded by one',
    file: 'sharding/shard-quota.ts',
    find: '<= shardLimit',
    replace: '<= shardLimit + 1',
    law: TWIN,
  },
  {
    name: 'the trim horizon is a millisecond late',
    file: 'stream/retention.ts',
    find: 'retentionHours * HOUR_MS',
    replace: 'retentionHours * HOUR_MS + 1',
    law: TWIN,
  },
  {
    name: 'an expired shard is kept',
    file: 'stream/stream-shards.ts',
    find: 'closedAtMs < horizonMs',
    replace: 'closedAtMs < 0',
    law: TWIN,
  },
  {
    name: 'a longer retention period brings expired records back',
    file: 'stream/stream-machine.ts',
    find: 'Math.max(0, this.#horizonAt(nowMs))',
    replace: '0',
    law: TWIN,
  },
  {
    name: 'ListShards starts with the shard that it should start after',
    file: 'stream/query/shard-query.ts',
    find: 'shardIndex.value)',
    replace: 'shardIndex.value - 1)',
    law: TWIN,
  },
];

const LINES_MAX = 12;

/** Short runs first, then longer ones, of seeds that meet much early on. */
const RUNS = [100, 700].flatMap((count) =>
  [36, 33, 38, 11, 17, 13].map((seed) => [...withRestarts(firstOperations(seed, count))]),
);

/** Operations with a snapshot or a crash after every tenth. */
function* withRestarts(operations: Iterable<Operation>): Generator<Operation> {
  let count = 0;
  for (const operation of operations) {
    yield operation;
    count++;
    if (count % 20 === 10) yield { kind: 'crash', nowMs: operation.nowMs };
    if (count % 20 === 0) yield { kind: 'save', nowMs: operation.nowMs };
  }
}

describe('the simulation notices a break', () => {
  it.each(BREAKS)('$name', async ({ file, find, replace, law, lawWithoutTwin }) => {
    const library = await bundleWith<Library>('index', file, find, replace);
    const run = RUNS.find((operations) => simulate(operations, { library }).failure) ?? [];
    const lines = traceFailure(run, { library });
    expect(lines.at(-1) ?? 'unnoticed').toContain(`BROKEN: ${law}`);
    expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
    const { failure } = simulate(run, { library, ignoredLaws: [TWIN] });
    expect(failure?.law).toBe(lawWithoutTwin);
  });

  it('of every law', () => {
    const broken = BREAKS.flatMap(({ law, lawWithoutTwin }) => [law, lawWithoutTwin]);
    expect(LAWS.filter((law) => !broken.includes(law))).toEqual([]);
  });

  it('and nothing else: the bundled library keeps all laws', async () => {
    const library = await bundleWith<Library>('index', 'index.ts', 'createStream', 'createStream');
    for (const run of RUNS) expect(simulate(run, { library }).failure).toBeUndefined();
  });
});
