/**
 * What a producer holds: records, the Kinesis records that carry them, and a lane per shard.
 *
 * @module
 */

import type { TokenBucket } from '../sharding/token-bucket.ts';
import { type Linked, LinkedList } from './linked-list.ts';
import type { AnsweredShard } from './placement.ts';
import type { Trouble } from './read-outcome.ts';

/** A record that has been added and has no result yet. */
export class PendingRecord implements Linked<PendingRecord> {
  readonly id: number;
  readonly Data: Uint8Array;
  /** Empty for a record without one, on an AUTO stream. */
  readonly PartitionKey: string;
  readonly ExplicitHashKey: string | undefined;
  readonly dataBytes: number;
  /** Data and partition key. */
  readonly bytes: number;
  readonly addedAtMs: number;
  /** The lane of its shard in the current topology. */
  lane: Lane;
  /** Its lane, or the records behind another one of its key. In no list while it is sent. */
  list: LinkedList<PendingRecord> | undefined = undefined;
  previous: PendingRecord | undefined = undefined;
  next: PendingRecord | undefined = undefined;
  /** The Kinesis record that carries it, while it is sent or in doubt. */
  parcel: Parcel | undefined = undefined;
  isOverdue = false;
  isEnded = false;
  mayBeStored = false;
  /** The last failure. Present exactly if the record is to be sent again. */
  trouble: Trouble | undefined = undefined;

  constructor(
    id: number,
    record: {
      readonly Data: Uint8Array;
      readonly PartitionKey: string;
      readonly ExplicitHashKey: string | undefined;
      readonly dataBytes: number;
      readonly bytes: number;
    },
    addedAtMs: number,
    lane: Lane,
  ) {
    this.id = id;
    this.Data = record.Data;
    this.PartitionKey = record.PartitionKey;
    this.ExplicitHashKey = record.ExplicitHashKey;
    this.dataBytes = record.dataBytes;
    this.bytes = record.bytes;
    this.addedAtMs = addedAtMs;
    this.lane = lane;
  }
}

/** A Kinesis record on its way, and the records that it carries. */
export interface Parcel {
  readonly records: readonly PendingRecord[];
  readonly isAggregate: boolean;
  /** The lane that it was taken from. */
  readonly lane: Lane;
  /** How many of its records have no result yet. */
  pendingCount: number;
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
  readonly ready: LinkedList<PendingRecord> = new LinkedList<PendingRecord>();
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
