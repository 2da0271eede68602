/**
 * The maximum number of bytes that an import may add, after bundling, minifying and gzip.
 *
 * @module
 */

export const BUDGETS: readonly (readonly [code: string, bytes: number])[] = [
  // What a producer needs.
  [
    `export { createShardMap, createUniformShardMap, formatHashKey, hashPartitionKey, HASH_KEY_MAX, HASH_KEY_MIN, KinesisError, parseHashKey, unwrap } from './dist/index.js'`,
    5_300,
  ],
  [`export { hashPartitionKey } from './dist/index.js'`, 1_800],
  [
    `export { compareSequenceNumbers, createSequencer, formatSequenceNumber, parseSequenceNumber } from './dist/index.js'`,
    4_100,
  ],
  // A stream answers 20 operations, and carries the service model of all 39: 2 kB of it.
  [`export { createStream, restoreStream } from './dist/index.js'`, 26_050],
  // An account answers all 39.
  [`export { createAccount, restoreAccount } from './dist/index.js'`, 33_100],
  [`export * from './dist/index.js'`, 36_750],
  [`export * from './dist/batch.js'`, 14_800],
  [`export * from './dist/aggregation.js'`, 5_000],
  [`export * from './dist/producer.js'`, 18_450],
  [`export { createLoadMeter } from './dist/load.js'`, 5_850],
  [`export { explainLoad } from './dist/load.js'`, 7_450],
  [`export { adviseSplit, balanceRanges } from './dist/load.js'`, 2_450],
  [`export { shardSql } from './dist/load.js'`, 2_900],
  [`export * from './dist/load.js'`, 10_300],
];
