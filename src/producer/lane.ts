/**
 * The records of one shard, and the Kinesis records that carry them.
 *
 * @module
 */

import type { TokenBucket } from '../sharding/token-bucket.ts';
import type { Linked, LinkedList } from './linked-list.ts';
import type { NumberedShard } from './placement.ts';
import { SlotCursor, SlotList } from './slot-list.ts';

/** A Kinesis record in flight, and the records that it carries. */
export interface Parcel {
  /** The slots of its records, in order. */
  readonly slots: readonly number[];
  readonly isAggregate: boolean;
  /** The lane that it was taken from. */
  readonly lane: Lane;
  readonly sentAtMs: number;
  /** Present while the parcel is in doubt. */
  doubt: Doubt | undefined;
}

/** Where a response says that a parcel is stored: in a shard that no map knows yet. */
export interface Doubt {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** How many of its records have no result yet. */
  records: number;
  unknowingMaps: number;
}

/** The records of one shard that can be sent, and when. */
export class Lane implements Linked<Lane> {
  /**
   * Undefined if the service chooses the shards: then any shard is expected, and nothing is
   * metered.
   */
  readonly shard: NumberedShard | undefined;
  readonly bucket: TokenBucket | undefined;
  readonly ready: SlotList = new SlotList();
  readonly cursor: SlotCursor = new SlotCursor();
  /** The list that the lane is in, of due lanes or of open ones; undefined if it is in neither. */
  list: LinkedList<Lane> | undefined = undefined;
  previous: Lane | undefined = undefined;
  next: Lane | undefined = undefined;
  /** Totals over `ready`. */
  records = 0;
  bytes = 0;
  dataBytes = 0;
  /** How many parcels of this lane are in flight or in doubt. */
  parcels = 0;
  /** Whether a record has waited long enough. Only without aggregation. */
  isUrgent = false;
  /** Nothing is sent before this time. */
  blockedUntilMs = 0;
  /** Whether the lane waits for that time. */
  isBlocked = false;
  /** The number of pauses since the last success. */
  failures = 0;

  constructor(shard: NumberedShard | undefined, bucket: TokenBucket | undefined) {
    this.shard = shard;
    this.bucket = bucket;
  }
}
