/**
 * A reader that follows positions sees every record once and in order, whatever is put, trimmed and
 * resharded while it reads.
 *
 * Oracle: the list of all records ever put, and the place in it where the reader must begin.
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

/** One second in the writing time of a number: above the number, below the next one. */
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
      // Also back: numbers and arrival times do not follow a clock that does.
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

/** Where a reader begins; `at` picks a record among those put so far, if there is one. */
interface Beginning {
  readonly type: ShardIteratorType;
  readonly at: number;
  /** Not the record's own number, but one between it and the next. */
  readonly isBetween: boolean;
  /** Of AT_TIMESTAMP: beside the record's arrival. */
  readonly beside: number;
}

const beginning: fc.Arbitrary<Beginning> = fc.record({
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

/** The shard 0 of a stream, and a store that trims. */
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

  /**
   * The position, and which record of `all` is the first that it must show, as of the time of
   * asking.
   */
  begin({ type, at, isBetween, beside }: Beginning): {
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
      // It may be put yet, and not by the next put if the clock steps back.
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

describe('a reader', () => {
  it('sees every record once and in order', () => {
    fc.assert(
      fc.property(steps, beginning, steps, (before, from, after) => {
        const shard = new Shard();
        for (const work of before) shard.run(work);
        const { position: start, first } = shard.begin(from);
        let position = start;
        let next = 0;
        const read = (limit: number) => {
          // As a token carries it.
          const carried: IteratorPosition = JSON.parse(JSON.stringify(position));
          const from = Math.max(next, shard.trimmed, first());
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
