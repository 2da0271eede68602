/**
 * The service's errors that name a stream or a shard, as faults.
 *
 * @module
 */

import { type FaultResult, refuse } from '../base/fault.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import type { StreamStatus } from './aws-types.ts';

/** Refuses a stream that does not exist (kinesalite tests, run on AWS 2018). */
export function refuseStreamNotFound({ streamName, accountId }: StreamIdentity): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Stream ${streamName} under account ${accountId} not found.`,
  );
}

/**
 * Refuses a shard that does not exist, or whose stream does not, in GetShardIterator and GetRecords
 * (kinesalite tests, run on AWS 2018).
 */
export function refuseShardNotFound(
  { streamName, accountId }: StreamIdentity,
  shardIndex: number,
): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Shard ${formatShardId(shardIndex)} in stream ${streamName} under account ${accountId} does not exist`,
  );
}

/** Refuses a stream that is not ACTIVE (kinesalite tests, run on AWS 2018). */
export function refuseStreamNotActive(
  { streamName, accountId }: StreamIdentity,
  status: StreamStatus,
): FaultResult {
  return refuse(
    'ResourceInUseException',
    `Stream ${streamName} under account ${accountId} not ACTIVE, instead in state ${status}`,
  );
}

/** Refuses to reshard an on-demand stream (moto, checked against AWS). */
export function refuseOnDemandStream({ streamName, accountId }: StreamIdentity): FaultResult {
  return refuse(
    'ValidationException',
    `Request is invalid. Stream ${streamName} under account ${accountId} is in On-Demand mode.`,
  );
}

/**
 * Refuses a record that exceeds its shard's throughput (API reference, PutRecords; real answers).
 */
export function refuseRateExceeded(
  { streamName, accountId }: StreamIdentity,
  shardId: string,
): FaultResult {
  return refuse(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}

/** Refuses a SequenceNumberForOrdering (kinesalite tests, run on AWS 2018). */
export function refuseNumberForOrdering(
  { streamName, accountId }: StreamIdentity,
  text: string,
): FaultResult {
  return refuse(
    'InvalidArgumentException',
    `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${streamName} under account ${accountId} is invalid.`,
  );
}

/** Refuses SequenceNumberForOrdering under AUTO. The guide names the error; the message is ours. */
export function refuseOrderingUnderAuto(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
  );
}

/** Refuses AUTO on a provisioned stream. The model names the error; the message is ours. */
export function refuseAutoOnProvisioned(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
  );
}

/** Answers a dry run that would succeed. The message is that of EC2; the service's is not known. */
export function refuseDryRun(): FaultResult {
  return refuse(
    'DryRunOperationException',
    'Request would have succeeded, but DryRun flag is set.',
  );
}

/** Refuses one more UpdateShardCount. The limit is the reference's; the message is ours. */
export function refuseScaledTooOften(
  { streamName, accountId }: StreamIdentity,
  times: number,
): FaultResult {
  return refuse(
    'LimitExceededException',
    `Stream ${streamName} under account ${accountId} has been scaled ${times} times in the last 24 hours, which is as often as it may be.`,
  );
}
