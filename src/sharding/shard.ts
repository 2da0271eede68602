/**
 * A shard: its range, its lineage and its span of sequence numbers; to and from the AWS shape.
 *
 * @module
 */

import { describe, quote } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { formatHashKey, parseHashKey } from '../hashing/hash-key.ts';
import type { HashRange } from './hash-key-range.ts';
import { parseShardId } from './shard-id.ts';

/**
 * A shard in the SDK's own shape, as ListShards and DescribeStream give it; an object of the SDK
 * goes straight in. Hash keys and sequence numbers are decimal strings.
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
  /** The number in the id, from 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /**
   * The shard that this one came from by a split, or the first of the two that it was merged from.
   */
  readonly parentShardId?: string | undefined;
  /** The second of the two shards that this one was merged from. */
  readonly adjacentParentShardId?: string | undefined;
  /** Lies below the number of every record of the shard. */
  readonly startingSequenceNumber?: string | undefined;
  /** Lies above the number of every record of the shard. A shard is open until it has one. */
  readonly endingSequenceNumber?: string | undefined;
}

/**
 * Reads a shard in the AWS shape.
 *
 * @param title What the shard is called in a fault if it has no id of its own.
 * @returns An `InvalidShardMap` that names the shard and the member which is missing or wrong.
 */
export function fromAwsShard(aws: AwsShard, title: string): Result<Shard> {
  const shardId = aws?.ShardId;
  if (typeof shardId !== 'string') return refuse('InvalidShardMap', `${title} has no ShardId`);
  const shardIndex = parseShardId(shardId);
  if (shardIndex === undefined) {
    return refuse(
      'InvalidShardMap',
      `${title} has the ShardId ${quote(shardId)}: expected shardId- and twelve digits, at most shardId-002147483647`,
    );
  }
  const { StartingHashKey: start, EndingHashKey: end } = aws.HashKeyRange ?? {};
  const startingHashKey = readEnd(start);
  if (startingHashKey === undefined) return refuseEnd(shardId, 'StartingHashKey', start);
  const endingHashKey = readEnd(end);
  if (endingHashKey === undefined) return refuseEnd(shardId, 'EndingHashKey', end);
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
    shardIndex,
    startingHashKey,
    endingHashKey,
    parentShardId: ParentShardId ?? undefined,
    adjacentParentShardId: AdjacentParentShardId ?? undefined,
    startingSequenceNumber: StartingSequenceNumber ?? undefined,
    endingSequenceNumber: EndingSequenceNumber ?? undefined,
  });
}

/** Writes a shard in the AWS shape; members that the shard does not have are left out. */
export function toAwsShard(shard: Shard): AwsShard {
  return {
    ShardId: shard.shardId,
    ...(shard.parentShardId !== undefined && { ParentShardId: shard.parentShardId }),
    ...(shard.adjacentParentShardId !== undefined && {
      AdjacentParentShardId: shard.adjacentParentShardId,
    }),
    HashKeyRange: {
      StartingHashKey: formatHashKey(shard.startingHashKey),
      EndingHashKey: formatHashKey(shard.endingHashKey),
    },
    ...(shard.startingSequenceNumber !== undefined && {
      SequenceNumberRange: {
        StartingSequenceNumber: shard.startingSequenceNumber,
        ...(shard.endingSequenceNumber !== undefined && {
          EndingSequenceNumber: shard.endingSequenceNumber,
        }),
      },
    }),
  };
}

function readEnd(text: unknown): bigint | undefined {
  if (typeof text !== 'string') return undefined;
  const result = parseHashKey(text);
  return result.ok ? result.value : undefined;
}

function refuseEnd(shardId: string, member: string, text: unknown): Result<never> {
  const found = typeof text === 'string' ? quote(text) : 'nothing of that kind';
  return refuse(
    'InvalidShardMap',
    `${shardId} has ${found} as ${member}: expected decimal digits from 0 to 2^128 - 1`,
  );
}
