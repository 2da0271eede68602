/**
 * The records that a stream has accepted, and the laws that they obey, whatever its twin says.
 *
 * @module
 */

import type { AcceptedRecord, ListedShard, PutRecordsRequestEntry } from 'shardline';
import { referenceHashKey } from '../../oracles/reference/hash-key.ts';
import type { Check, Law } from './laws.ts';

const RECORDS_AT_ONCE = 1000;
const RECORDS_PER_MS = 1;
/** 1 MiB per second. A thousandth of a byte is the unit in which the rate is a whole number. */
const MILLIBYTES_PER_MS = 1_048_576;

/** The maximum that a shard has taken beyond its rate, over any interval that ends now. */
interface Load {
  readonly atMs: number;
  readonly records: number;
  readonly millibytes: number;
}

/** Sequence numbers in the order in which they were given, by shard id. */
export type Numbers = Map<string, string[]>;

export function addNumber(numbers: Numbers, { shardId, sequenceNumber }: AcceptedRecord): void {
  const list = numbers.get(shardId);
  if (list === undefined) numbers.set(shardId, [sequenceNumber]);
  else list.push(sequenceNumber);
}

export class History {
  readonly numbers: Numbers = new Map();
  /** The latest sequence number, of all and by hash key. */
  last: bigint | undefined;
  readonly lastAt: Map<bigint, bigint> = new Map();
  /** The size of the largest record; undefined if throughput is unlimited. */
  #bytesAtOnce: number | undefined;
  #loads = new Map<string, Load>();
  #arrivedAtMs = 0;
  readonly #arrivedAtMsOn = new Map<string, number>();
  /** Records that arrived before it have expired. */
  #goneBeforeMs = Number.NEGATIVE_INFINITY;
  readonly #check: Check;

  constructor(check: Check, maxRecordSizeInKiB: number, isUnlimited: boolean) {
    this.#check = check;
    this.#bytesAtOnce = isUnlimited ? undefined : maxRecordSizeInKiB * 1024;
  }

  /** Another size of the largest record: throughput is measured from scratch. */
  resize(maxRecordSizeInKiB: number): void {
    if (this.#bytesAtOnce !== undefined) this.#bytesAtOnce = maxRecordSizeInKiB * 1024;
    this.#loads.clear();
  }

  /** Records that a call was accepted with this trim horizon. */
  trim(horizonMs: number): void {
    this.#goneBeforeMs = Math.max(this.#goneBeforeMs, horizonMs);
  }

  /** Adds a record. @param ordering The number that its own must exceed. */
  add(record: AcceptedRecord, bytes: number, nowMs: number, ordering: bigint | undefined): void {
    const { shardId, shardIndex, sequenceNumber, hashKey, arrivedAtMs } = record;
    const number = BigInt(sequenceNumber);
    const check = (law: Law, isHeld: boolean, than: unknown): void =>
      this.#check(law, isHeld, () => `${sequenceNumber} on ${shardId} at ${nowMs}: ${than}`);
    check('a sequence number names its shard', shardIndexIn(number) === shardIndex, shardIndex);
    const before = BigInt(this.numbers.get(shardId)?.at(-1) ?? -1);
    check('sequence numbers ascend in a shard', number > before, before);
    const beforeAt = this.lastAt.get(hashKey) ?? -1n;
    check('sequence numbers of a hash key ascend across reshards', number > beforeAt, beforeAt);
    const passed = ordering ?? -1n;
    check('a sequence number exceeds its SequenceNumberForOrdering', number > passed, passed);
    const earliestMs = Math.max(this.#arrivedAtMs, nowMs);
    check('arrival times never decrease', arrivedAtMs >= earliestMs, arrivedAtMs);
    this.#checkLoad(shardId, bytes, nowMs);
    this.#arrivedAtMs = arrivedAtMs;
    this.#arrivedAtMsOn.set(shardId, arrivedAtMs);
    this.last = number;
    this.lastAt.set(hashKey, number);
    addNumber(this.numbers, record);
  }

  /** Over any stretch of a clock that does not step back, a shard takes no more than it may. */
  #checkLoad(shardId: string, bytes: number, nowMs: number): void {
    if (this.#bytesAtOnce === undefined) return;
    const idle = { atMs: nowMs, records: 0, millibytes: 0 };
    const previous = this.#loads.get(shardId) ?? idle;
    const before = previous.atMs <= nowMs ? previous : idle;
    const elapsedMs = nowMs - before.atMs;
    const load = {
      atMs: nowMs,
      records: Math.max(0, before.records - elapsedMs * RECORDS_PER_MS) + 1,
      millibytes: Math.max(0, before.millibytes - elapsedMs * MILLIBYTES_PER_MS) + bytes * 1000,
    };
    this.#loads.set(shardId, load);
    this.#check(
      'a shard never takes more than its throughput',
      load.records <= RECORDS_AT_ONCE && load.millibytes <= this.#bytesAtOnce * 1000,
      () => `${shardId} has taken ${JSON.stringify(load)} too fast`,
    );
  }

  /** Checks the listing of all shards. */
  checkListing(shards: readonly ListedShard[], horizonMs: number): void {
    const ids = new Set(shards.map(({ ShardId }) => ShardId));
    const goneBeforeMs = Math.max(this.#goneBeforeMs, horizonMs);
    for (const [shardId, arrivedAtMs] of this.#arrivedAtMsOn) {
      this.#check(
        'a shard is listed as long as it has records',
        arrivedAtMs < goneBeforeMs || ids.has(shardId),
        () => `${shardId} has a record of ${arrivedAtMs}; those before ${goneBeforeMs} are gone`,
      );
    }
    const ends = new Map<string | undefined, string | undefined>(
      shards.map(({ ShardId, SequenceNumberRange: range }) => [
        ShardId,
        range.EndingSequenceNumber,
      ]),
    );
    for (const shard of shards) {
      const { ShardId, ParentShardId, AdjacentParentShardId, SequenceNumberRange } = shard;
      const { StartingSequenceNumber: start, EndingSequenceNumber: end } = SequenceNumberRange;
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) => ends.has(id));
      this.#check(
        'a child is created in the second after its parents close',
        parents.every((id) => createdSecondIn(start) === writtenSecondIn(ends.get(id)!) + 1),
        () =>
          `${ShardId} starts at ${start}, ${parents} end at ${parents.map((id) => ends.get(id))}`,
      );
      const number = BigInt(this.numbers.get(ShardId)?.at(-1) ?? start);
      this.#check(
        'sequence numbers are between the start and the end of their shard',
        number >= BigInt(start) && (end === undefined || number < BigInt(end)),
        () => `${number} on ${ShardId} does not lie between ${start} and ${end}`,
      );
    }
  }

  /** Checks what an embedder stores against what was accepted. */
  checkStore(store: Numbers): void {
    this.#check(
      'what is accepted is stored, and nothing else',
      store.size === this.numbers.size &&
        [...this.numbers].every(([shardId, accepted]) => {
          const stored = store.get(shardId);
          return (
            stored?.length === accepted.length &&
            accepted.every((number, i) => number === stored[i])
          );
        }),
      () => `accepted ${countsOf(this.numbers)}, stored ${countsOf(store)}`,
    );
  }
}

function countsOf(numbers: Numbers): string {
  return [...numbers].map(([shardId, { length }]) => `${length} on ${shardId}`).join(', ');
}

/** Where the key of a record puts it in the key space. */
export function hashKeyOf({ ExplicitHashKey, PartitionKey }: PutRecordsRequestEntry): bigint {
  return ExplicitHashKey ? BigInt(ExplicitHashKey) : referenceHashKey(PartitionKey!);
}

export function shardIndexIn(number: bigint): number {
  return Number((number >> 4n) & 0xffff_ffffn);
}

function writtenSecondIn(number: string): number {
  return Number((BigInt(number) >> 36n) & 0xf_ffff_ffffn);
}

function createdSecondIn(number: string): number {
  return Number((BigInt(number) >> 148n) & 0xf_ffff_ffffn);
}
