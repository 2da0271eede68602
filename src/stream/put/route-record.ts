/**
 * The shard of a record, by its partition key or explicit hash key.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../../api/aws-types.ts';
import type { FaultResult } from '../../base/fault.ts';
import { uint128FromWords } from '../../base/uint128.ts';
import { utf8Length } from '../../base/utf8.ts';
import { readHashKey } from '../../hashing/hash-key.ts';
import { md5Text } from '../../hashing/md5.ts';
import { findRange } from '../../sharding/range-index.ts';
import type { IndexedShardMap } from '../../sharding/shard-map.ts';

/** The destination of a record. Under AUTO, admission chooses the shard and its hash key. */
export interface Route {
  mapIndex: number;
  hashKey: bigint;
  /** Data and partition key. */
  readonly bytes: number;
}

/** Scratch of {@link routeRecord}, written and read without running code of the caller. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Finds the destination of a valid record.
 *
 * @returns The service's fault for an explicit hash key above 2^128 - 1.
 */
export function routeRecord(
  {
    Data: data,
    PartitionKey: partitionKey,
    ExplicitHashKey: explicitHashKey,
  }: PutRecordsRequestEntry,
  map: IndexedShardMap,
): Route | FaultResult {
  const dataBytes = data!.length;
  if (explicitHashKey === undefined || explicitHashKey === null) {
    const keyBytes = md5Text(partitionKey!, words);
    return {
      mapIndex: findRange(map.index, words),
      hashKey: uint128FromWords(words),
      bytes: dataBytes + keyBytes,
    };
  }
  const hashKey = readHashKey(explicitHashKey);
  if (!hashKey.ok) return hashKey;
  return {
    mapIndex: map.mapIndexOf(hashKey.value),
    hashKey: hashKey.value,
    bytes: dataBytes + utf8Length(partitionKey!),
  };
}
