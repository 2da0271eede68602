/**
 * Which shards a ListShards call names, and the token with which it goes on.
 *
 * @module
 */

import { type Fault, ok, type Result, refuse } from '../base/fault.ts';
import { hashPartitionKey } from '../hashing/hash-key.ts';
import { type Names, readShardId } from '../sharding/resharding.ts';
import type { ShardFilter } from './shapes.ts';
import type { StreamShard } from './topology.ts';

/** Reference, ListShards: a NextToken may be used for 300 seconds. */
const TOKEN_LIFE_MS = 300_000;

/** Which shards of a stream a call wants. */
export interface ShardQuery {
  /** Only shards with an index above this one; -1 for all. */
  readonly afterShardIndex: number;
  /** Only shards that were taking records at some time from here on. Epoch milliseconds. */
  readonly fromMs: number;
  /** Only shards that were taking records at some time up to here. Epoch milliseconds. */
  readonly toMs: number;
}

/**
 * The query that a ShardFilter stands for.
 *
 * An AT_TIMESTAMP or FROM_TIMESTAMP outside the stream's life is moved into it at the early end, as
 * the reference says for FROM_TIMESTAMP; a shard belongs to an instant if it was taking records
 * then, both ends included, as the reference says for AT_TIMESTAMP.
 *
 * @param afterShardId An ExclusiveStartShardId.
 * @param horizonMs The trim horizon, but not before the stream's creation.
 */
export function queryOf(
  filter: ShardFilter | undefined,
  afterShardId: string | undefined,
  horizonMs: number,
  names: Names,
): Result<ShardQuery> {
  let afterShardIndex = -1;
  for (const shardId of [
    afterShardId,
    filter?.Type === 'AFTER_SHARD_ID' ? filter.ShardId : undefined,
  ]) {
    if (shardId === undefined || shardId === null) continue;
    const shardIndex = readShardId(shardId, names);
    if (!shardIndex.ok) return shardIndex;
    afterShardIndex = Math.max(afterShardIndex, shardIndex.value);
  }
  const all = { afterShardIndex, fromMs: horizonMs, toMs: Infinity };
  switch (filter?.Type) {
    case 'AT_LATEST':
      return ok({ ...all, fromMs: Infinity });
    case 'AT_TRIM_HORIZON':
      return ok({ ...all, toMs: horizonMs });
    case 'AT_TIMESTAMP':
    case 'FROM_TIMESTAMP': {
      if (filter.Timestamp === undefined || filter.Timestamp === null) {
        return refuse(
          'InvalidArgumentException',
          `Timestamp must be specified in the ShardFilter of type ${filter.Type}.`,
        );
      }
      const timestampMs = Math.max(filter.Timestamp.getTime(), horizonMs);
      return ok({
        ...all,
        fromMs: timestampMs,
        toMs: filter.Type === 'AT_TIMESTAMP' ? timestampMs : Infinity,
      });
    }
    case 'AFTER_SHARD_ID':
      if (filter.ShardId !== undefined && filter.ShardId !== null) return ok(all);
      return refuse(
        'InvalidArgumentException',
        'ShardId must be specified in the ShardFilter of type AFTER_SHARD_ID.',
      );
    default:
      return ok(all);
  }
}

/** The shards of a query, in ascending order of index. An open shard has no end. */
export function selectShards(shards: Iterable<StreamShard>, query: ShardQuery): StreamShard[] {
  const selected: StreamShard[] = [];
  for (const shard of shards) {
    if (
      shard.shardIndex > query.afterShardIndex &&
      shard.openedAtMs <= query.toMs &&
      (shard.closedAtMs ?? Infinity) >= query.fromMs
    ) {
      selected.push(shard);
    }
  }
  return selected;
}

/** What a NextToken says: the rest of a query, of one stream, for a while. */
export interface NextToken extends ShardQuery {
  readonly issuedAtMs: number;
}

/**
 * Writes a NextToken.
 *
 * The numbers are followed by their hash together with the stream's: enough to tell a token that
 * was made up, cut or taken from another stream, and no secret to keep.
 *
 * @param streamKey What tells this stream from any other, also from a later one of the same name.
 */
export function formatNextToken(token: NextToken, streamKey: string): string {
  const text = [token.afterShardIndex, token.fromMs, token.toMs, token.issuedAtMs].join(':');
  return `${text}:${seal(text, streamKey)}`;
}

/** Reads a NextToken of this stream, or the service's refusal of it. */
export function parseNextToken(text: string, streamKey: string, nowMs: number): Result<NextToken> {
  const cut = text.lastIndexOf(':');
  const body = text.slice(0, Math.max(cut, 0));
  if (text.length > 200 || text.slice(cut + 1) !== seal(body, streamKey)) return invalidToken();
  const [afterShardIndex, fromMs, toMs, issuedAtMs] = body.split(':').map(Number);
  if (nowMs - issuedAtMs! > TOKEN_LIFE_MS) {
    return refuse(
      'ExpiredNextTokenException',
      'The pagination token passed to the operation is expired.',
    );
  }
  return ok({
    afterShardIndex: afterShardIndex!,
    fromMs: fromMs!,
    toMs: toMs!,
    issuedAtMs: issuedAtMs!,
  });
}

function seal(text: string, streamKey: string): string {
  return hashPartitionKey(`${streamKey}:${text}`).toString(36);
}

/** The service's words are not known. */
function invalidToken(): { readonly ok: false; readonly fault: Fault } {
  return refuse(
    'InvalidArgumentException',
    'The pagination token passed to the operation is invalid.',
  );
}
