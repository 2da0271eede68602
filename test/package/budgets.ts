/**
 * The most bytes that an import may cost after bundling, minifying and gzip.
 *
 * @module
 */

export const BUDGETS: readonly (readonly [code: string, bytes: number])[] = [
  // What a producer needs.
  [
    `export { createShardMap, createUniformShardMap, formatHashKey, hashPartitionKey, HASH_KEY_MAX, HASH_KEY_MIN, KinesisError, parseHashKey, unwrap } from './dist/index.js'`,
    6_100,
  ],
  [`export { hashPartitionKey } from './dist/index.js'`, 2_600],
  [
    `export { compareSequenceNumbers, createSequencer, formatSequenceNumber, parseSequenceNumber } from './dist/index.js'`,
    4_000,
  ],
  // A stream answers 20 operations, and carries the service model of all 39: 2 kB of it.
  [`export { createStream, restoreStream } from './dist/index.js'`, 26_500],
  // An account answers all 39.
  [`export { createAccount, restoreAccount } from './dist/index.js'`, 32_600],
  [`export * from './dist/index.js'`, 36_000],
  [`export * from './dist/batch.js'`, 16_100],
  [`export * from './dist/aggregation.js'`, 6_300],
  [`export * from './dist/producer.js'`, 20_000],
  [`export { createLoadMeter } from './dist/load.js'`, 7_500],
  [`export { adviseSplit, balanceRanges } from './dist/load.js'`, 2_600],
  [`export * from './dist/load.js'`, 11_200],
];
