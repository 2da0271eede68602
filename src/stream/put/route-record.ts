/**
 * Finds the shard of a record, by its partition key or its explicit hash key.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../../api/aws-types.ts';
import { lengthOf } from '../../base/argument.ts';
import type { FaultResult } from '../../base/fault.ts';
import { uint128FromWords } from '../../base/uint128.ts';
import { utf8Length } from '../../base/utf8.ts';
import { readHashKey } from '../../hashing/hash-key.ts';
import { md5Text } from '../../hashing/md5.ts';
import type { IndexedShardMap } from '../../sharding/shard-map.ts';

/**
 * The destination of a record: a hash key and its shard. Under AUTO, admission chooses both.
 */
export interface Route {
  mapIndex: number;
  hashKey: bigint;
  /**
   * The size of the record: data and partition key. An ExplicitHashKey does not count
   * (docs/facts.md#record-size-explicit-hash-key).
   */
  readonly bytes: number;
}

/** Scratch of {@link routeRecord}, written and read within one call that runs no caller code. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Returns the destination of a valid record, or the service's fault for an ExplicitHashKey of 2^128
 * or more (docs/facts.md#explicit-hash-key-too-large).
 */
export function routeRecord(
  {
    Data: data,
    PartitionKey: partitionKey,
    ExplicitHashKey: explicitHashKey,
  }: PutRecordsRequestEntry,
  map: IndexedShardMap,
): Route | FaultResult {
  const dataBytes = lengthOf(data!);
  if (explicitHashKey === undefined || explicitHashKey === null) {
    const keyBytes = md5Text(partitionKey!, words);
    return {
      mapIndex: map.mapIndexOfWords(words),
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
