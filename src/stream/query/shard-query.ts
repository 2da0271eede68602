/**
 * Selects the shards of a listing and divides them into pages.
 *
 * @module
 */

import type { ListedShard, ShardFilter } from '../../api/aws-types.ts';
import { ok, type Result } from '../../base/fault.ts';
import type { StreamIdentity } from '../../base/stream-identity.ts';
import { toAwsShard } from '../../sharding/shard.ts';
import { readRequestedShardId } from '../../sharding/shard-id.ts';
import type { StreamShard } from '../stream-shards.ts';
import type { StreamView } from '../stream-view.ts';

/** The conditions on the shards of a listing. Times are epoch milliseconds. */
export interface ShardQuery {
  /** Only shards with a higher index; -1 for all. */
  readonly afterShardIndex: number;
  /** Only shards that were open at this time or later. */
  readonly fromMs: number;
  /** Only shards that were open at this time or earlier. */
  readonly toMs: number;
}

/**
 * Returns the query of a ShardFilter and an ExclusiveStartShardId.
 *
 * The types are those of docs/facts.md#shard-filter. A Timestamp before `firstMs` is moved to it,
 * for AT_TIMESTAMP too. A shard is open from when it opened to when it closed, both times included.
 *
 * An id that cannot be read is refused. The service's response to it is not known
 * (docs/known-gaps.md#exclusive-start).
 *
 * @param request.filter One that passed `checkCombination`.
 * @param request.firstMs The trim horizon, or the stream's creation if it is later. Epoch
 *   milliseconds.
 */
export function readShardQuery(
  request: {
    readonly filter: ShardFilter | undefined;
    readonly exclusiveStartShardId: string | undefined;
    readonly firstMs: number;
  },
  stream: StreamIdentity,
): Result<ShardQuery> {
  const { filter, exclusiveStartShardId, firstMs } = request;
  let afterShardIndex = -1;
  for (const shardId of [exclusiveStartShardId, filter?.ShardId]) {
    if (shardId === undefined || shardId === null) continue;
    const shardIndex = readRequestedShardId(shardId, stream);
    if (!shardIndex.ok) return shardIndex;
    afterShardIndex = Math.max(afterShardIndex, shardIndex.value);
  }
  const all = { afterShardIndex, fromMs: firstMs, toMs: Infinity };
  switch (filter?.Type) {
    case 'AT_LATEST':
      return ok({ ...all, fromMs: Infinity });
    case 'AT_TRIM_HORIZON':
      return ok({ ...all, toMs: firstMs });
    case 'AT_TIMESTAMP':
    case 'FROM_TIMESTAMP': {
      const fromMs = Math.max(filter.Timestamp!.getTime(), firstMs);
      return ok({ ...all, fromMs, toMs: filter.Type === 'AT_TIMESTAMP' ? fromMs : Infinity });
    }
    default:
      return ok(all);
  }
}

/** Returns the shards of a query by ascending index. */
function selectShards(shards: Iterable<StreamShard>, query: ShardQuery): StreamShard[] {
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

/** A page of a listing. */
export interface ShardPage {
  readonly shards: ListedShard[];
  /** The highest index of the page, after which the next one starts; undefined on the last page. */
  readonly lastShardIndex: number | undefined;
}

/**
 * Returns the first page of a query, of at most `limit` shards. A stream in CREATING shows none
 * (docs/facts.md#creating-shows-no-shards).
 */
export function readPage(
  { isCreated, shards }: StreamView,
  query: ShardQuery,
  limit: number,
): ShardPage {
  const selected = isCreated ? selectShards(shards.shards, query) : [];
  const page = selected.slice(0, limit);
  return {
    shards: page.map((shard) => toAwsShard(shard) as ListedShard),
    lastShardIndex: page.length < selected.length ? page.at(-1)!.shardIndex : undefined,
  };
}
