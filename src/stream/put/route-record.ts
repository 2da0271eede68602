/**
 * Where a record goes, and whether its shard takes it.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../../api/aws-types.ts';
import { type FaultResult, orderingInvalid } from '../../api/service-errors.ts';
import type { Result } from '../../base/fault.ts';
import { ok } from '../../base/fault.ts';
import { utf8Length } from '../../base/utf8.ts';
import { hashKeyOfDigest, readHashKey } from '../../hashing/hash-key.ts';
import { md5Text } from '../../hashing/md5.ts';
import { parseSequenceNumber } from '../../sequencing/sequence-number.ts';
import type { Names } from '../../sharding/reshard.ts';
import { admitRecord } from '../../sharding/token-bucket.ts';
import type { OpenShard, StreamTopology } from '../stream-shards.ts';

/**
 * The highest sequence index to pass. No shard of the service has given so high a one; past it,
 * 2^61 records are left before a snapshot could not be restored.
 */
const ORDERING_INDEX_MAX = 0x1fff_ffff_ffff_ffffn;

/** Where a record goes. */
export interface Route {
  /** Of the shard, in the topology's list of open ones. */
  position: number;
  hashKey: bigint;
  /** Of data and partition key. */
  bytes: number;
}

/**
 * Finds the shard, the hash key and the bytes of a valid record.
 *
 * @param route Where the answer goes: one object serves all records, so that none is allocated.
 * @returns The service's refusal of an explicit hash key beyond 2^128 - 1; otherwise undefined.
 */
export function routeRecord(
  record: PutRecordsRequestEntry,
  topology: StreamTopology,
  route: Route,
): FaultResult | undefined {
  const { PartitionKey: partitionKey, ExplicitHashKey: explicitHashKey } = record;
  const dataBytes = record.Data!.length;
  if (explicitHashKey === undefined || explicitHashKey === null) {
    route.bytes = dataBytes + md5Text(partitionKey!);
    route.position = topology.map.positionOfDigest();
    route.hashKey = hashKeyOfDigest();
    return undefined;
  }
  const hashKey = readHashKey(explicitHashKey);
  if (!hashKey.ok) return hashKey;
  route.bytes = dataBytes + utf8Length(partitionKey!);
  route.position = topology.map.positionOfHashKey(hashKey.value);
  route.hashKey = hashKey.value;
  return undefined;
}

/**
 * Takes a record from the budget of the first shard that has room, beginning with the one whose
 * turn it is: the strategy AUTO. How the service distributes is its own affair; taking turns is
 * even and repeatable.
 *
 * @param route Its bytes are read; position and hash key are written. If no shard has room, they
 *   are those of the one that has it first.
 * @returns 0 if the record is admitted, otherwise how long to wait.
 */
export function distributeRecord(
  topology: StreamTopology,
  turn: number,
  depthBytes: number,
  nowMs: number,
  isDryRun: boolean,
  route: Route,
): number {
  const { open } = topology;
  let leastMs = Infinity;
  for (let tries = 0; tries < open.length; tries++) {
    const position = (turn + tries) % open.length;
    const waitMs = admit(open[position]!, route.bytes, depthBytes, nowMs, isDryRun);
    if (waitMs >= leastMs) continue;
    leastMs = waitMs;
    route.position = position;
    if (waitMs === 0) break;
  }
  route.hashKey = open[route.position]!.shard.startingHashKey;
  return leastMs;
}

/**
 * Takes a record from the budget of a shard; see {@link admitRecord}.
 *
 * @param depthBytes 0 if throughput is unlimited.
 * @param isDryRun To only say what would be.
 */
export function admit(
  open: OpenShard,
  bytes: number,
  depthBytes: number,
  nowMs: number,
  isDryRun: boolean,
): number {
  if (depthBytes === 0) return 0;
  return admitRecord(isDryRun ? { ...open } : open, bytes, depthBytes, nowMs);
}

/**
 * The sequence index that a SequenceNumberForOrdering asks to pass, undefined if any will do; or
 * the service's refusal of it.
 *
 * Any shard's number will do, and so will one of no stream at all (kinesalite tests, run on AWS
 * 2018); only a number that cannot be read, or was written later than now, is refused. The number
 * given to the record is then greater than any of the same shard and of its ancestors. It cannot be
 * greater than one of a shard whose numbers all lie higher: one created later, or with it at a
 * higher index.
 *
 * The stream's own numbers are never too late: neither after the clock has stepped back, nor while
 * a shard's creation second, which its first numbers bear, still lies ahead after a reshard.
 *
 * @param route Where the record goes.
 * @param latestMs Now, or the latest arrival of a record if that was later.
 */
export function indexToPass(
  text: string,
  topology: StreamTopology,
  route: Route,
  names: Names,
  latestMs: number,
): Result<bigint | undefined> {
  const result = parseSequenceNumber(text);
  if (!result.ok) return orderingInvalid(names, text);
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs = 0 } = result.value;
  const own = topology.shards.get(shardIndex);
  const isOwn = version === 2 && own?.createdAtMs === shardCreatedAtMs;
  if (writtenAtMs > (isOwn ? Math.max(latestMs, shardCreatedAtMs) : latestMs)) {
    return orderingInvalid(names, text);
  }
  if (!isOwn || shardIndex !== topology.open[route.position]!.shard.shardIndex)
    return ok(undefined);
  if (sequenceIndex > ORDERING_INDEX_MAX) return orderingInvalid(names, text);
  return ok(sequenceIndex);
}
