/**
 * Which shards a ListShards call names, and the token with which it goes on.
 *
 * @module
 */

import type { ShardFilter } from '../../api/aws-types.ts';
import { type Fault, ok, type Result, refuse } from '../../base/fault.ts';
import { hashPartitionKey } from '../../hashing/hash-key.ts';
import { type Names, readShardId } from '../../sharding/reshard.ts';
import type { StreamShard } from '../stream-shards.ts';

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

/** What each of the four numbers of a token takes. A Date is below 2^53 milliseconds. */
const NUMBER_DIGITS = 14;
const NUMBERS_DIGITS = 56;

/** Stands for Infinity, which has no digits: 2^53, later than any Date. */
const NEVER = 0x20_0000_0000_0000;

/**
 * Writes a NextToken: hexadecimal digits that mean something to this stream only.
 *
 * The numbers are followed by their hash together with the stream's: enough to tell a token that
 * was made up, cut or taken from another stream, and no secret to keep.
 *
 * @param streamKey What tells this stream from any other, also from a later one of the same name.
 */
export function formatNextToken(token: NextToken, streamKey: string): string {
  const { afterShardIndex, fromMs, toMs, issuedAtMs } = token;
  const numbers = [afterShardIndex, fromMs, toMs, issuedAtMs].map(writeNumber).join('');
  return numbers + seal(numbers, streamKey);
}

/** Reads a NextToken of this stream, or the service's refusal of it. */
export function parseNextToken(text: string, streamKey: string, nowMs: number): Result<NextToken> {
  const numbers = text.slice(0, NUMBERS_DIGITS);
  if (text.slice(NUMBERS_DIGITS) !== seal(numbers, streamKey)) return invalidToken();
  const token = {
    afterShardIndex: readNumber(numbers, 0),
    fromMs: readNumber(numbers, 1),
    toMs: readNumber(numbers, 2),
    issuedAtMs: readNumber(numbers, 3),
  };
  return nowMs - token.issuedAtMs > TOKEN_LIFE_MS
    ? refuse(
        'ExpiredNextTokenException',
        'The pagination token passed to the operation is expired.',
      )
    : ok(token);
}

function writeNumber(value: number): string {
  return Math.min(value, NEVER).toString(16).padStart(NUMBER_DIGITS, '0');
}

function readNumber(digits: string, position: number): number {
  const at = position * NUMBER_DIGITS;
  return Number.parseInt(digits.slice(at, at + NUMBER_DIGITS), 16);
}

function seal(numbers: string, streamKey: string): string {
  return hashPartitionKey(`${streamKey}:${numbers}`).toString(16).padStart(32, '0');
}

/** The service's words are not known. */
function invalidToken(): { readonly ok: false; readonly fault: Fault } {
  return refuse(
    'InvalidArgumentException',
    'The pagination token passed to the operation is invalid.',
  );
}
