/**
 * A producer for Amazon Kinesis Data Streams as a pure machine, and its parts: requests, budgets,
 * the reading of responses, and a search for partition keys.
 *
 * @module shardline/producer
 */

export { createProducer } from './producer/create-producer.ts';
export { findPartitionKey, type PartitionKeySearch } from './producer/find-partition-key.ts';
export { type Placement, type PlacementTimes, readPlacement } from './producer/placement.ts';
export {
  planRequests,
  type RecordLimits,
  type RefusedRecord,
  type RequestPlan,
} from './producer/plan-requests.ts';
export type {
  AddResult,
  DrainedRecord,
  Producer,
  ProducerAction,
  ProducerOptions,
  PutAction,
  RecordFault,
  RecordResult,
} from './producer/producer.ts';
export type { PutRecordsResponse } from './producer/read-outcome.ts';
export {
  createShardBudgets,
  type ShardBudgets,
  type ShardBudgetsOptions,
} from './producer/shard-budgets.ts';
