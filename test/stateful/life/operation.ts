/**
 * What can happen in a simulated life, as plain data.
 *
 * No operation names what only a run could tell it (a shard's id, a sequence number, how many
 * shards there are): it says "the third open shard", "the key's last number", and finds it when its
 * turn comes. So an operation means something whatever came before it, any of them may be left out,
 * and what is left is still a life.
 *
 * @module
 */

/** Where in the key space: decimal digits, or beside an end of an open shard, counted around. */
export type Point =
  | string
  | { readonly open: number; readonly end: 'low' | 'high'; readonly by: number };

/** So many bytes of data, or so many beside the largest record, key included. */
export type Size = number | { readonly besideMax: number };

/** A record that a producer has. */
export interface Offer {
  readonly key: string;
  readonly size: Size;
  /** An ExplicitHashKey. */
  readonly at?: Point;
}

/**
 * A SequenceNumberForOrdering: the last number at the record's place in the key space, the last of
 * the stream, either a thousand sequence indexes on, or one of a version that does not exist.
 */
export type Ordering = 'own' | 'last' | 'own ahead' | 'last ahead' | 'broken';

/** A shard: an open one, counted around from the lowest; or any index up to the next new one. */
export type ShardPick = { readonly open: number } | { readonly ever: number };

/** Where a shard is split: at so many thousandths of its width, or beside one of its ends. */
export type SplitPoint =
  | { readonly permille: number }
  | { readonly end: 'low' | 'high'; readonly by: number };

/** Which page of which shards; times in milliseconds before now. */
export interface Listing {
  readonly filter?:
    | { readonly type: 'AT_LATEST' | 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' }
    | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly agoMs: number }
    | { readonly type: 'AFTER_SHARD_ID'; readonly shardIndex: number };
  readonly pageShards: number;
}

/** Who chooses how many shards there are, and which shard a record goes to. */
export type Mode = 'provisioned' | 'on-demand' | 'on-demand, distributed by the service';

type Happening =
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
      readonly record: Offer;
      readonly after?: Ordering;
      readonly isDryRun?: true;
    }
  | { readonly kind: 'batch'; readonly producer: number; readonly records: readonly Offer[] }
  | { readonly kind: 'split'; readonly shard: ShardPick; readonly at: SplitPoint }
  | { readonly kind: 'merge'; readonly lower: ShardPick; readonly upper: ShardPick }
  | { readonly kind: 'scale'; readonly percent: number }
  | { readonly kind: 'increase'; readonly hours: number }
  | { readonly kind: 'decrease'; readonly hours: number }
  | { readonly kind: 'resize'; readonly maxRecordSizeInKiB: number }
  | { readonly kind: 'list'; readonly listing: Listing }
  | { readonly kind: 'save' }
  | { readonly kind: 'crash' };

/** One thing that happens, and what the clock of whoever does it says. */
export type Operation = Happening & { readonly nowMs: number };

/** The operations by kind. */
export type Operations = { [K in Operation['kind']]: Extract<Operation, { kind: K }> };
