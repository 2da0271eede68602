/**
 * Finds out which shards and keys are hot, and what to do about it.
 *
 * @module shardline/load
 */

export { adviseShardCount } from './load/advise-shard-count.ts';
export { adviseSplit, type SplitAdvice } from './load/advise-split.ts';
export { balanceRanges } from './load/balance-ranges.ts';
export { explainLoad, type LoadVerdict } from './load/explain-load.ts';
export {
  createLoadMeter,
  type KeyLoad,
  type LoadMeter,
  type LoadMeterOptions,
  type LoadReport,
  type PlacedLoad,
  type RecordToMeter,
  type ShardLoad,
} from './load/load-meter.ts';
export type { Load } from './load/loads.ts';
export { type ShardSqlOptions, type SqlDialect, shardSql } from './load/shard-sql.ts';
