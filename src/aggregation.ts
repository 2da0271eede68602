/**
 * Packs records into aggregated records of the Kinesis Producer Library, and opens them.
 *
 * @module shardline/aggregation
 */

export type { KeyedRecord } from './aggregation/aggregate-builder.ts';
export { aggregateRecords } from './aggregation/aggregate-records.ts';
export {
  type Deaggregation,
  deaggregateRecord,
  type RecordToOpen,
  type UserRecord,
} from './aggregation/deaggregate-record.ts';
