/**
 * The operations on a stream, as plain data.
 *
 * An operation names nothing that only a run can know: it has "the third open shard" and "the last
 * number of the hash key" in place of a shard id and a sequence number. So it has a meaning after
 * any other operations, and any operation can be left out of a list.
 *
 * @module
 */

/** A hash key: decimal digits, or at or beside an end of an open shard (index modulo count). */
export type Point =
  | string
  | { readonly open: number; readonly end: 'low' | 'high'; readonly by: number };

/** Bytes of data; or of data and key, counted from the size of the largest record. */
export type Size = number | { readonly besideMax: number };

/** A record to put. */
export interface DrawnRecord {
  readonly key: string;
  readonly size: Size;
  /** An ExplicitHashKey. */
  readonly at?: Point;
}

/**
 * A SequenceNumberForOrdering: the last number of the record's hash key or of the stream, that
 * number a thousand sequence indexes ahead, or one of a version that does not exist.
 */
export type Ordering = 'own' | 'last' | 'own ahead' | 'last ahead' | 'broken';

/** A shard: an open one, or any index up to that of the next new shard (both modulo count). */
export type ShardPick = { readonly open: number } | { readonly ever: number };

/** Where a shard is split: at a fraction of its width, or at or beside one of its ends. */
export type SplitPoint =
  | { readonly permille: number }
  | { readonly end: 'low' | 'high'; readonly by: number };

/** Which shards to list, and how many per page. */
export interface Listing {
  readonly filter?:
    | { readonly type: 'AT_LATEST' | 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' }
    | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly agoMs: number }
    | { readonly type: 'AFTER_SHARD_ID'; readonly shardIndex: number };
  readonly pageShards: number;
}

/** Who chooses how many shards there are, and which shard a record goes to. */
export type Mode = 'provisioned' | 'on-demand' | 'on-demand AUTO';

type Action =
  | {
      readonly kind: 'create';
      readonly mode: Mode;
      readonly shardCount: number;
      readonly transitionMs: number;
      readonly throughput: 'enforced' | 'unlimited';
      readonly shardLimit: number;
      readonly otherOpenShardCount: number;
      readonly maxRecordSizeInKiB: number;
    }
  | {
      readonly kind: 'put';
      readonly producer: number;
      readonly record: DrawnRecord;
      readonly after?: Ordering;
      readonly isDryRun?: true;
    }
  | { readonly kind: 'batch'; readonly producer: number; readonly records: readonly DrawnRecord[] }
  | { readonly kind: 'split'; readonly shard: ShardPick; readonly at: SplitPoint }
  | { readonly kind: 'merge'; readonly lower: ShardPick; readonly upper: ShardPick }
  | { readonly kind: 'scale'; readonly percent: number }
  | { readonly kind: 'increase'; readonly hours: number }
  | { readonly kind: 'decrease'; readonly hours: number }
  | { readonly kind: 'resize'; readonly maxRecordSizeInKiB: number }
  | { readonly kind: 'list'; readonly listing: Listing }
  | { readonly kind: 'save' }
  | { readonly kind: 'crash' };

/** An operation, and the time by the clock of its caller. */
export type Operation = Action & { readonly nowMs: number };

/** The operations by kind. */
export type Operations = { [K in Operation['kind']]: Extract<Operation, { kind: K }> };

/** Whether the account has room for the stream: on-demand streams have no part in the quota. */
export function isWithinQuota(operation: Operations['create']): boolean {
  const { mode, shardCount, otherOpenShardCount, shardLimit } = operation;
  return mode !== 'provisioned' || otherOpenShardCount + shardCount <= shardLimit;
}
