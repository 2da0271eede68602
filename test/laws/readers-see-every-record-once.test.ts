/**
 * A reader of a shard sees every record once and in order, whatever is put, trimmed and resharded
 * while it reads.
 *
 * Oracle: the list of all records ever put, and the index in it at which the reader must start.
 */

import fc from 'fast-check';
import {
  type AcceptedRecord,
  createStream,
  type IteratorPosition,
  isVisibleFrom,
  type ShardIteratorType,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/arbitraries.ts';

const StreamName = 'orders';
const SHARD = 'shardId-000000000000';
const START_MS = 1_700_000_000_000;

/** One second of writing time: added to a number, it stays below the next number. */
const SECOND_BIT = 2n ** 36n;

type Step =
  | { readonly do: 'put'; readonly records: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'trim'; readonly records: number }
  | { readonly do: 'split' }
  | { readonly do: 'read'; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put'), records: fc.nat(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      // The clock may step back. Sequence numbers and arrival times do not follow it.
      ms: fc.constantFrom(-60_000, -1, 0, 1, 999, 1000, 3_600_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trim'), records: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('read'), limit: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split') }) },
) as fc.Arbitrary<Step>;

const steps = fc.array(step, { maxLength: 30 });

/** Where a reader starts. `at` is the index of a record put before, if there are as many. */
interface Start {
  readonly type: ShardIteratorType;
  readonly at: number;
  /** Whether to use a number between the record's own and the next. */
  readonly isBetween: boolean;
  /** For AT_TIMESTAMP: milliseconds from the record's arrival. */
  readonly beside: number;
}

const start: fc.Arbitrary<Start> = fc.record({
  type: fc.constantFrom(
    'AFTER_SEQUENCE_NUMBER',
    'AT_SEQUENCE_NUMBER',
    'AT_TIMESTAMP',
    'LATEST',
    'TRIM_HORIZON',
  ),
  at: fc.nat(20),
  isBetween: fc.boolean(),
  beside: fc.constantFrom(-1, 0, 1),
});

/** Shard 0 of a stream, with a store that trims. */
class Shard {
  readonly stream: Stream = unwrap(
    createStream(
      { StreamName, ShardCount: 1 },
      { accountId: '123456789012', region: 'us-east-1', throughput: 'unlimited' },
      START_MS,
    ),
  );
  /** Every record ever put. */
  readonly all: AcceptedRecord[] = [];
  trimmed = 0;
  nowMs = START_MS;

  run(work: Step): void {
    if (work.do === 'wait') this.nowMs = Math.max(START_MS, this.nowMs + work.ms);
    if (work.do === 'trim') this.trimmed = Math.min(this.all.length, this.trimmed + work.records);
    if (work.do === 'split') {
      const request = { StreamName, ShardToSplit: SHARD, NewStartingHashKey: `${2n ** 127n}` };
      this.stream.splitShard(request, this.nowMs);
    }
    if (work.do === 'put') {
      for (let i = 0; i < work.records; i++) {
        const request = { StreamName, PartitionKey: 'k', Data: new Uint8Array(1) };
        const put = this.stream.putRecord(request, this.nowMs);
        if (put.ok && put.accepted.shardId === SHARD) this.all.push(put.accepted);
      }
    }
  }

  read(position: IteratorPosition, limit: number): AcceptedRecord[] {
    const stored = this.all.slice(this.trimmed);
    return stored.filter((record) => isVisibleFrom(record, position)).slice(0, limit);
  }

  /** Returns a position, and a function that returns the index in `all` of its first record. */
  locate({ type, at, isBetween, beside }: Start): {
    position: IteratorPosition;
    first: () => number;
  } {
    const record = this.all[at];
    const isNumber = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
    const ShardIteratorType = isNumber && record === undefined ? 'TRIM_HORIZON' : type;
    const number = record && BigInt(record.sequenceNumber) + (isBetween ? SECOND_BIT : 0n);
    const timeMs = Math.min(this.nowMs, (record?.arrivedAtMs ?? this.nowMs) + beside);
    const request = {
      StreamName,
      ShardId: SHARD,
      ShardIteratorType,
      ...(isNumber && record && { StartingSequenceNumber: `${number}` }),
      ...(type === 'AT_TIMESTAMP' && { Timestamp: new Date(timeMs) }),
    };
    const { position } = unwrap(this.stream.getShardIterator(request, this.nowMs));
    const count = this.all.length;
    const firsts: Record<ShardIteratorType, () => number> = {
      AFTER_SEQUENCE_NUMBER: () => at + 1,
      AT_SEQUENCE_NUMBER: () => (isBetween ? at + 1 : at),
      // The record may come later, and after others if the clock steps back.
      AT_TIMESTAMP: () => {
        const found = this.all.findIndex(({ arrivedAtMs }) => arrivedAtMs >= timeMs);
        return found === -1 ? this.all.length : found;
      },
      LATEST: () => count,
      TRIM_HORIZON: () => 0,
    };
    return { position, first: firsts[ShardIteratorType] };
  }
}

describe('a reader of a shard', () => {
  it('sees every record once and in order, from any position on', () => {
    fc.assert(
      fc.property(steps, start, steps, (before, from, after) => {
        const shard = new Shard();
        for (const work of before) shard.run(work);
        const located = shard.locate(from);
        let { position } = located;
        let next = 0;
        const read = (limit: number) => {
          // A shard iterator carries the position as JSON.
          const carried: IteratorPosition = JSON.parse(JSON.stringify(position));
          const from = Math.max(next, shard.trimmed, located.first());
          const records = shard.read(carried, limit);
          expect(records).toEqual(shard.all.slice(from, from + limit));
          const last = records.at(-1);
          if (last === undefined) return;
          next = from + records.length;
          position = { afterSequenceNumber: last.sequenceNumber };
        };
        for (const work of after) {
          if (work.do === 'read') read(work.limit);
          else shard.run(work);
        }
        read(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
