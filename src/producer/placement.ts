/**
 * Tells from the response for an accepted record whether a shard map is still current.
 *
 * @module
 */

import type { PutRecordsResultEntry } from '../api/aws-types.ts';
import { assertInteger, assertObject, wrongValue } from '../base/argument.ts';
import { parseSequenceNumber } from '../sequencing/sequence-number.ts';
import type { RecordKeys } from '../sharding/record-keys.ts';
import type { Shard } from '../sharding/shard.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { NOW_MS_MAX } from '../stream/stream-config.ts';

/**
 * What a response says about a shard map.
 *
 * - `expected`: the record is where the map says.
 * - `stale`: it is not, and was sent after the listing. List the shards again.
 * - `older`: it is not, but was sent before the listing, which may know better. Ignore it.
 */
export type Placement = 'expected' | 'stale' | 'older';

/** When a record was sent, and when the listing of the shard map arrived. */
export interface PlacementTimes {
  /** Epoch milliseconds, by the same clock as `listedAtMs`. */
  readonly sentAtMs: number;
  readonly listedAtMs: number;
}

/** A shard and the range of its sequence numbers: what tells it apart in responses. */
export interface NumberedShard {
  readonly shardId: string;
  /** The lowest sequence number of the shard and the lowest one above all of them, if known. */
  readonly numbers: readonly [from: string, to: string] | undefined;
}

/**
 * Compares the response for an accepted record with a shard map.
 *
 * The map is stale if it has another shard for the record's hash key, or if the shard was created
 * at another time. The second condition finds a stream that was deleted and created again with the
 * same shard ids: the second of creation is part of every sequence number
 * (docs/facts.md#sequence-number-layout) and of the shard's StartingSequenceNumber
 * (docs/facts.md#shard-start-number). Without a StartingSequenceNumber, as in
 * `createUniformShardMap`, only the first condition counts.
 *
 * Compare with the newest map, not with the one that was used to send. A record that was accepted
 * is stored, wherever it is: do not send it again. Aggregated records are different
 * (docs/facts.md#aggregate-range).
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { readPlacement } from 'shardline/producer';
 *
 * const map = createUniformShardMap(2);
 * const entry = { PartitionKey: 'b', Data: new Uint8Array(1) };
 * const response = {
 *   ShardId: 'shardId-000000000003',
 *   SequenceNumber: '49543463076548007577105092696389259426273281578509533186',
 * };
 * readPlacement(map, entry, response, { sentAtMs: 2000, listedAtMs: 1000 }); // => 'stale'
 * readPlacement(map, entry, response, { sentAtMs: 1000, listedAtMs: 2000 }); // => 'older'
 * ```
 *
 * @param entry The record. Without a PartitionKey, as on AUTO streams, any shard is expected.
 * @param response The record's entry in the response. A failed entry names no shard, so it is
 *   `expected`.
 * @throws {TypeError} If an argument is of the wrong type.
 * @throws {RangeError} If a time is not an integer in its range, or the service does not accept the
 *   keys of the record.
 */
export function readPlacement(
  map: Pick<ShardMap, 'locateRecord'>,
  entry: RecordKeys,
  response: PutRecordsResultEntry,
  times: PlacementTimes,
): Placement {
  assertObject(map, 'map');
  assertObject(entry, 'entry');
  assertObject(response, 'response');
  assertObject(times, 'times');
  const { PartitionKey, ExplicitHashKey } = entry;
  const { ShardId, SequenceNumber } = response;
  const { sentAtMs, listedAtMs } = times;
  assertInteger(sentAtMs, 0, NOW_MS_MAX, 'times.sentAtMs');
  assertInteger(listedAtMs, 0, NOW_MS_MAX, 'times.listedAtMs');
  if (PartitionKey === undefined || PartitionKey === null) return 'expected';
  if (typeof ShardId !== 'string' || typeof SequenceNumber !== 'string') return 'expected';
  const located = map.locateRecord({ PartitionKey, ExplicitHashKey });
  if (!located.ok) {
    throw wrongValue(
      `entry must be a record that the service accepts: got one that it refuses with ${located.fault.message}`,
    );
  }
  if (isPlacedIn(toNumberedShard(located.value), ShardId, SequenceNumber)) return 'expected';
  return sentAtMs > listedAtMs ? 'stale' : 'older';
}

/** Returns a shard with the range of its sequence numbers. */
export function toNumberedShard({ shardId, startingSequenceNumber }: Shard): NumberedShard {
  return { shardId, numbers: readNumbers(startingSequenceNumber) };
}

/** Returns whether a response places its record in this shard: by its id and its numbers. */
export function isPlacedIn(
  { shardId, numbers }: NumberedShard,
  responseShardId: string,
  sequenceNumber: string,
): boolean {
  if (responseShardId !== shardId) return false;
  // Decimal numbers of the same length compare as text. A number of another length has another
  // version and cannot be compared.
  if (numbers === undefined || sequenceNumber.length !== numbers[0].length) return true;
  return numbers[0] <= sequenceNumber && sequenceNumber < numbers[1];
}

/** The position of the second of creation in numbers of version 1 and 2. */
const CREATION_SHIFT = 148n;

function readNumbers(startingSequenceNumber: unknown): NumberedShard['numbers'] {
  if (typeof startingSequenceNumber !== 'string') return undefined;
  const parts = parseSequenceNumber(startingSequenceNumber);
  if (!parts.ok || parts.value.version === 0) return undefined;
  const creation = BigInt(startingSequenceNumber) >> CREATION_SHIFT;
  return [`${creation << CREATION_SHIFT}`, `${(creation + 1n) << CREATION_SHIFT}`];
}
