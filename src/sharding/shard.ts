/**
 * A shard, and its conversion to and from the AWS shape.
 *
 * @module
 */

import { assertString, describe, quote } from '../base/argument.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { HASH_KEY_MIN } from '../base/limits.ts';
import { parseHashKey } from '../hashing/hash-key.ts';
import { type HashRange, readHashRange } from './hash-key-range.ts';
import { parseShardId, SHARD_ID_FORM } from './shard-id.ts';

/**
 * A shard in the SDK's own shape, as ListShards and DescribeStream return it. Hash keys and
 * sequence numbers are decimal strings.
 */
export interface AwsShard {
  ShardId: string | undefined;
  ParentShardId?: string | undefined;
  AdjacentParentShardId?: string | undefined;
  HashKeyRange:
    | { StartingHashKey: string | undefined; EndingHashKey: string | undefined }
    | undefined;
  SequenceNumberRange?:
    | { StartingSequenceNumber: string | undefined; EndingSequenceNumber?: string | undefined }
    | undefined;
}

/** A shard of a stream. */
export interface Shard extends HashRange {
  /** As the service writes it, for example `shardId-000000000007`. */
  readonly shardId: string;
  /** The number in the shard id, from 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /**
   * The shard that was split (docs/facts.md#split-children), or the lower one of the two that were
   * merged (docs/facts.md#merge-child). Undefined for a shard of a new stream.
   */
  readonly parentShardId?: string | undefined;
  /** The upper one of two shards that were merged into this one. Undefined for any other shard. */
  readonly adjacentParentShardId?: string | undefined;
  /** Decimal digits. Below the number of every record of the shard. */
  readonly startingSequenceNumber?: string | undefined;
  /**
   * Decimal digits. Above the number of every record of the shard. A shard is open as long as it
   * has none (docs/facts.md#open-shard-has-no-end).
   */
  readonly endingSequenceNumber?: string | undefined;
}

/**
 * Reads a shard in the AWS shape.
 *
 * @param title The name of the shard in messages if it has no id.
 * @returns An `InvalidShardMap` fault that names the shard and the missing or wrong member.
 */
export function fromAwsShard(aws: AwsShard, title: string): Result<Shard> {
  const shardId = aws?.ShardId;
  if (typeof shardId !== 'string') return refuse('InvalidShardMap', `${title} has no ShardId`);
  const shardIndex = parseShardId(shardId);
  if (!shardIndex.ok) {
    return refuse(
      'InvalidShardMap',
      `${title} has the ShardId ${quote(shardId)}: expected ${SHARD_ID_FORM}`,
    );
  }
  const { StartingHashKey: start, EndingHashKey: end } = aws.HashKeyRange ?? {};
  const startingHashKey = readHashKeyOf(start);
  if (startingHashKey === undefined) return refuseHashKey(shardId, 'StartingHashKey', start);
  const endingHashKey = readHashKeyOf(end);
  if (endingHashKey === undefined) return refuseHashKey(shardId, 'EndingHashKey', end);
  if (startingHashKey > endingHashKey) {
    return refuse(
      'InvalidShardMap',
      `${shardId} has an inverted range: StartingHashKey ${startingHashKey} is above EndingHashKey ${endingHashKey}`,
    );
  }
  const { ParentShardId, AdjacentParentShardId } = aws;
  const { StartingSequenceNumber, EndingSequenceNumber } = aws.SequenceNumberRange ?? {};
  const texts = {
    ParentShardId,
    AdjacentParentShardId,
    StartingSequenceNumber,
    EndingSequenceNumber,
  };
  for (const [member, text] of Object.entries(texts)) {
    if (text === undefined || text === null || typeof text === 'string') continue;
    return refuse(
      'InvalidShardMap',
      `${shardId} has ${describe(text)} as ${member}: expected a string`,
    );
  }
  return ok({
    shardId,
    shardIndex: shardIndex.value,
    startingHashKey,
    endingHashKey,
    parentShardId: ParentShardId ?? undefined,
    adjacentParentShardId: AdjacentParentShardId ?? undefined,
    startingSequenceNumber: StartingSequenceNumber ?? undefined,
    endingSequenceNumber: EndingSequenceNumber ?? undefined,
  });
}

/**
 * Returns a shard in the SDK's own shape, as ListShards and DescribeStream return it.
 * `createShardMap` and `createLineage` read this shape. Members that the shard does not have are
 * omitted.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, toAwsShard } from 'shardline';
 *
 * createUniformShardMap(2).shards.map(toAwsShard)[1];
 * // => {
 * //      ShardId: 'shardId-000000000001',
 * //      HashKeyRange: {
 * //        StartingHashKey: '170141183460469231731687303715884105728',
 * //        EndingHashKey: '340282366920938463463374607431768211455',
 * //      },
 * //    }
 * ```
 *
 * @throws {TypeError} If the shard is not an object, its id is not a string, or a hash key is not a
 *   bigint.
 * @throws {RangeError} If a hash key is below 0 or above 2^128 - 1.
 */
export function toAwsShard(shard: Shard): AwsShard {
  const { startingHashKey, endingHashKey } = readHashRange(shard, 'shard', HASH_KEY_MIN);
  const { shardId, parentShardId, adjacentParentShardId } = shard;
  const { startingSequenceNumber, endingSequenceNumber } = shard;
  assertString(shardId, 'shard.shardId');
  return {
    ShardId: shardId,
    ...(parentShardId !== undefined && { ParentShardId: parentShardId }),
    ...(adjacentParentShardId !== undefined && { AdjacentParentShardId: adjacentParentShardId }),
    HashKeyRange: {
      StartingHashKey: startingHashKey.toString(),
      EndingHashKey: endingHashKey.toString(),
    },
    ...((startingSequenceNumber !== undefined || endingSequenceNumber !== undefined) && {
      SequenceNumberRange: {
        StartingSequenceNumber: startingSequenceNumber,
        ...(endingSequenceNumber !== undefined && { EndingSequenceNumber: endingSequenceNumber }),
      },
    }),
  };
}

function readHashKeyOf(text: unknown): bigint | undefined {
  if (typeof text !== 'string') return undefined;
  const result = parseHashKey(text);
  return result.ok ? result.value : undefined;
}

function refuseHashKey(shardId: string, member: string, value: unknown): FaultResult {
  // JSON.parse rounds numbers of this size, so printing the digits would mislead.
  const found = typeof value === 'number' ? 'a number' : describe(value);
  return refuse(
    'InvalidShardMap',
    `${shardId} has no valid ${member}: got ${found}, expected a string of decimal digits below 2^128`,
  );
}
