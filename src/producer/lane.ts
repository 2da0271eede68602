/**
 * The records of one shard, and the Kinesis records that carry them.
 *
 * @module
 */

import type { TokenBucket } from '../sharding/token-bucket.ts';
import type { Linked, LinkedList } from './linked-list.ts';
import type { AnsweredShard } from './placement.ts';
import { SlotCursor, SlotList } from './slot-list.ts';

/** A Kinesis record on its way, and the records that it carries. */
export interface Parcel {
  /** The slots of its records, in order. */
  readonly slots: readonly number[];
  readonly isAggregate: boolean;
  /** The lane that it was taken from. */
  readonly lane: Lane;
  readonly sentAtMs: number;
  /** In doubt: where the answer says it is, and how many maps did not know that shard. */
  doubt: Doubt | undefined;
}

/** An answer that names a shard which no map knows yet. */
export interface Doubt {
  readonly shardId: string;
  readonly sequenceNumber: string;
  unknowingMaps: number;
}

/** The records of one shard that can be sent, and when. */
export class Lane implements Linked<Lane> {
  /** Undefined if the service chooses the shards: any answer is expected, nothing is metered. */
  readonly shard: AnsweredShard | undefined;
  readonly bucket: TokenBucket | undefined;
  readonly ready: SlotList = new SlotList();
  readonly cursor: SlotCursor = new SlotCursor();
  /** The lanes that are due, or those that are open. */
  list: LinkedList<Lane> | undefined = undefined;
  previous: Lane | undefined = undefined;
  next: Lane | undefined = undefined;
  /** The sums over `ready`. */
  records = 0;
  bytes = 0;
  dataBytes = 0;
  /** How many parcels of this lane are on their way or in doubt. */
  parcels = 0;
  /** Whether a record has waited long enough. Only without aggregation. */
  isUrgent = false;
  /** Nothing is sent before this time. */
  blockedUntilMs = 0;
  /** Whether it waits for that time. */
  isBlocked = false;
  /** The number of pauses since the last success. */
  failures = 0;

  constructor(shard: AnsweredShard | undefined, bucket: TokenBucket | undefined) {
    this.shard = shard;
    this.bucket = bucket;
  }
}
