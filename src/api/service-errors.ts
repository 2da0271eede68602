/**
 * The service's refusals that name a stream.
 *
 * @module
 */

import { type Fault, refuse } from '../base/fault.ts';
import type { Names } from '../sharding/reshard.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import type { StreamStatus } from './aws-types.ts';

/** A fault as a result, as {@link refuse} makes it. */
export type FaultResult = { readonly ok: false; readonly fault: Fault };

/** The service's words for a stream that is not there (kinesalite tests, run on AWS 2018). */
export function streamNotFound({ streamName, accountId }: Names): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Stream ${streamName} under account ${accountId} not found.`,
  );
}

/**
 * The service's words of GetShardIterator and GetRecords for a shard that is not there, or a stream
 * (kinesalite tests, run on AWS 2018).
 */
export function shardNotFound({ streamName, accountId }: Names, shardIndex: number): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Shard ${formatShardId(shardIndex)} in stream ${streamName} under account ${accountId} does not exist`,
  );
}

/** The service's words for a stream in the wrong state (kinesalite tests, run on AWS 2018). */
export function streamNotActive(
  { streamName, accountId }: Names,
  status: StreamStatus,
): FaultResult {
  return refuse(
    'ResourceInUseException',
    `Stream ${streamName} under account ${accountId} not ACTIVE, instead in state ${status}`,
  );
}

/** The service's words for a reshard of an on-demand stream (moto, validated against AWS). */
export function streamOnDemand({ streamName, accountId }: Names): FaultResult {
  return refuse(
    'ValidationException',
    `Request is invalid. Stream ${streamName} under account ${accountId} is in On-Demand mode.`,
  );
}

/** The service's words for a shard that is full (API reference, PutRecords; real answers). */
export function rateExceeded({ streamName, accountId }: Names, shardId: string): FaultResult {
  return refuse(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}

/** The service's words for a SequenceNumberForOrdering (kinesalite tests, run on AWS 2018). */
export function orderingInvalid({ streamName, accountId }: Names, text: string): FaultResult {
  return refuse(
    'InvalidArgumentException',
    `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${streamName} under account ${accountId} is invalid.`,
  );
}

/** The guide names the error; the service's words are not known. */
export function orderingUnderAuto(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
  );
}

/** The model names the error; the service's words are not known. */
export function autoOnProvisioned(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
  );
}

/** The words of EC2's exception of this name; the service's are not known. */
export function dryRun(): FaultResult {
  return refuse(
    'DryRunOperationException',
    'Request would have succeeded, but DryRun flag is set.',
  );
}

/** The limit is the reference's; the service's words are not known. */
export function scaledTooOften({ streamName, accountId }: Names, times: number): FaultResult {
  return refuse(
    'LimitExceededException',
    `Stream ${streamName} under account ${accountId} has been scaled ${times} times in the last 24 hours, which is as often as it may be.`,
  );
}
