/**
 * The write path of Amazon Kinesis Data Streams as pure functions.
 *
 * @module
 */

export { type Fault, type FaultCode, KinesisError, type Result, unwrap } from './base/fault.ts';
export { HASH_KEY_MAX, HASH_KEY_MIN } from './base/limits.ts';
export { formatHashKey, hashPartitionKey, parseHashKey } from './hashing/hash-key.ts';
export {
  compareSequenceNumbers,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  type SequenceNumberV0,
  type SequenceNumberV1,
  type SequenceNumberV2,
} from './sequencing/sequence-number.ts';
export {
  childCreatedAtMs,
  createSequencer,
  endingSequenceNumber,
  type Sequencer,
  type SequencerOptions,
  type SequencerState,
  startingSequenceNumber,
} from './sequencing/sequencer.ts';
export type { HashRange } from './sharding/hash-range.ts';
export type { AwsShard, Shard } from './sharding/shard.ts';
export {
  createShardMap,
  createUniformShardMap,
  type RecordKeys,
  type ShardMap,
} from './sharding/shard-map.ts';
