/**
 * The laws of a life.
 *
 * @module
 */

import type { AcceptedRecord, Fault, ListedShard } from 'shardline';
import {
  type ListedShard as BookedListing,
  type Books,
  type Code,
  endOf,
  type Place,
  shardIndexIn,
  startOf,
} from './books.ts';
import { shardIdOf, tellAnswer, tellFault } from './story.ts';

const THROTTLED = 'ProvisionedThroughputExceededException';

/** Says which law does not hold, and why. */
export class BrokenLaw extends Error {
  readonly law: string;

  constructor(law: string, message: string) {
    super(message);
    this.law = law;
  }
}

export function hold(law: string, isHeld: boolean, message: () => string): asserts isHeld {
  if (!isHeld) throw new BrokenLaw(law, message());
}

/** A record that was let in, as the answer tells it. */
export interface Kept {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** The books, and the records beside them. */
export interface Ledger {
  readonly books: Books;
  /** The numbers of all records that were answered with one, by shard: the plain log. */
  readonly log: Map<string, string[]>;
  /** The numbers that an embedder keeps, by shard; a crash takes those since the snapshot. */
  readonly store: Map<string, string[]>;
  readonly numbers: Set<string>;
}

/** The list of a shard, made at its first use. */
export function listOf(lists: Map<string, string[]>, shardId: string): string[] {
  let list = lists.get(shardId);
  if (list === undefined) {
    list = [];
    lists.set(shardId, list);
  }
  return list;
}

/** Holds the laws of a record that was let in, and books it. */
export function holdKept(
  accepted: AcceptedRecord | undefined,
  { shardId, sequenceNumber }: Kept,
  { owner, hashKey, waitMs }: Place,
  bytes: number,
  nowMs: number,
  { books, log, store, numbers }: Ledger,
): void {
  const ownerId = shardIdOf(owner.index);
  const number = BigInt(sequenceNumber);
  hold(
    'a record is on the one shard that owned its hash key',
    shardId === ownerId,
    () => `${hashKey} is owned by ${ownerId}: the record is on ${shardId}`,
  );
  const isSame =
    accepted?.shardId === shardId &&
    accepted.shardIndex === owner.index &&
    accepted.sequenceNumber === sequenceNumber &&
    accepted.hashKey === hashKey;
  hold(
    'what is to be stored is what was answered',
    isSame,
    () => `${shardId} ${sequenceNumber} was answered: ${tellAnswer(accepted)} is to be stored`,
  );
  hold(
    'a number tells its shard',
    shardIndexIn(number) === owner.index,
    () => `${sequenceNumber} on ${shardId} is of the shard with index ${shardIndexIn(number)}`,
  );
  hold(
    'numbers increase in a shard',
    number > owner.last,
    () => `${sequenceNumber} on ${shardId} comes after ${owner.last}`,
  );
  const before = books.lastAt.get(hashKey);
  hold(
    'numbers of a key increase across lineage',
    before === undefined || number > before,
    () => `${sequenceNumber} on ${shardId} comes after ${before} at ${hashKey}`,
  );
  hold('numbers are unique', !numbers.has(sequenceNumber), () => `${sequenceNumber} came before`);
  const arrivedAtMs = Math.max(books.arrivedAtMs, nowMs);
  hold(
    'arrival times never run backwards',
    accepted.arrivedAtMs === arrivedAtMs,
    () =>
      `a record arrived at ${accepted.arrivedAtMs}, after one of ${books.arrivedAtMs}, at ${nowMs}`,
  );
  hold(
    'a budget is never exceeded',
    waitMs === 0,
    () => `${bytes} bytes were let in on ${shardId}, ${waitMs} ms too early`,
  );
  owner.meter.take(bytes, nowMs);
  owner.last = number;
  owner.lastArrivedAtMs = arrivedAtMs;
  books.filled.set(owner.index, owner);
  books.arrivedAtMs = arrivedAtMs;
  books.last = number;
  books.distributed++;
  books.lastAt.set(hashKey, number);
  numbers.add(sequenceNumber);
  listOf(log, shardId).push(sequenceNumber);
  listOf(store, accepted.shardId).push(accepted.sequenceNumber);
}

/** Holds a listed shard against the books. */
export function holdListed(found: ListedShard, { shard, closed }: BookedListing): void {
  const { index, start, end, parents, last } = shard;
  const { StartingHashKey, EndingHashKey } = found.HashKeyRange;
  const { StartingSequenceNumber, EndingSequenceNumber } = found.SequenceNumberRange;
  const parentIds = [found.ParentShardId, found.AdjacentParentShardId].filter(Boolean);
  const isSame =
    StartingHashKey === start.toString() &&
    EndingHashKey === end.toString() &&
    parentIds.join() === parents.map(shardIdOf).join();
  hold(
    'a listed shard has its range and its parents',
    isSame,
    () =>
      `${JSON.stringify(found)}: the books say ${start} to ${end}, of ${parents.join() || 'none'}`,
  );
  const starting = startOf(shard).toString();
  const ending = closed && endOf(shard, closed.second).toString();
  hold(
    'a child begins in the second after its parents end',
    StartingSequenceNumber === starting && EndingSequenceNumber === ending,
    () =>
      `shard ${index} has ${StartingSequenceNumber} to ${EndingSequenceNumber}, the books say ${starting} to ${ending}`,
  );
  const isWithin =
    last >= BigInt(StartingSequenceNumber) &&
    (EndingSequenceNumber === undefined || last < BigInt(EndingSequenceNumber));
  hold(
    'numbers lie between the start and the end of their shard',
    isWithin,
    () =>
      `${last} on shard ${index} is not within ${StartingSequenceNumber} to ${EndingSequenceNumber}`,
  );
}

/** Nothing accepted is lost, nothing refused is kept. */
export function holdConservation({ log, store }: Ledger): void {
  const wanted = [...log].map(([shardId, numbers]) => [shardId, numbers.length]);
  const found = wanted.map(([shardId]) => [shardId, store.get(shardId as string)?.length]);
  const isSame =
    store.size === log.size &&
    [...log].every(([shardId, numbers]) => {
      const kept = store.get(shardId);
      return kept?.length === numbers.length && numbers.every((number, i) => kept[i] === number);
    });
  hold(
    'nothing accepted is lost, nothing refused is kept',
    isSame,
    () => `the store has ${JSON.stringify(found)}, the log ${JSON.stringify(wanted)}`,
  );
}

/** Holds whether a request is refused, and as what. */
export function holdVerdict(
  result: { readonly ok: true } | { readonly ok: false; readonly fault: Fault },
  wanted: Code,
): void {
  const found = result.ok ? undefined : result.fault.code;
  hold(
    wanted === THROTTLED || found === THROTTLED
      ? 'a budget lets in what fits and nothing else'
      : 'a request gets the verdict of the books',
    found === wanted,
    () => `got ${result.ok ? 'ok' : tellFault(result.fault)}, the books say ${wanted ?? 'ok'}`,
  );
}
