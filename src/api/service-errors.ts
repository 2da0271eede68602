/**
 * The service's errors that name a stream or a shard, as faults.
 *
 * @module
 */

import { type FaultResult, refuse } from '../base/fault.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import type { StreamStatus } from './aws-types.ts';

/** Refuses a stream that does not exist (docs/facts.md#stream-not-found). */
export function refuseStreamNotFound({ streamName, accountId }: StreamIdentity): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Stream ${streamName} under account ${accountId} not found.`,
  );
}

/**
 * Refuses a shard that does not exist, or whose stream does not, in GetShardIterator and GetRecords
 * (docs/facts.md#shard-not-found).
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

/** Refuses a stream that is not ACTIVE (docs/facts.md#stream-not-active). */
export function refuseStreamNotActive(
  { streamName, accountId }: StreamIdentity,
  status: StreamStatus,
): FaultResult {
  return refuse(
    'ResourceInUseException',
    `Stream ${streamName} under account ${accountId} not ACTIVE, instead in state ${status}`,
  );
}

/** Refuses to reshard an on-demand stream (docs/facts.md#reshard-on-demand). */
export function refuseOnDemandStream({ streamName, accountId }: StreamIdentity): FaultResult {
  return refuse(
    'ValidationException',
    `Request is invalid. Stream ${streamName} under account ${accountId} is in On-Demand mode.`,
  );
}

/**
 * Refuses a record that exceeds its shard's throughput (docs/facts.md#rate-exceeded). The newer
 * message of GetRecords is not known from puts (docs/facts.md#rate-exceeded-newer).
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

/** Refuses a SequenceNumberForOrdering that cannot be used (docs/facts.md#ordering-invalid). */
export function refuseNumberForOrdering(
  { streamName, accountId }: StreamIdentity,
  text: string,
): FaultResult {
  return refuse(
    'InvalidArgumentException',
    `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${streamName} under account ${accountId} is invalid.`,
  );
}

/**
 * Refuses a SequenceNumberForOrdering on an AUTO stream (docs/facts.md#auto-ordering-refused). The
 * message is ours (docs/known-gaps.md#unrecorded-messages).
 */
export function refuseOrderingUnderAuto(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
  );
}

/**
 * Refuses the strategy AUTO on a provisioned stream (docs/facts.md#auto-strategy). The message is
 * ours (docs/known-gaps.md#unrecorded-messages).
 */
export function refuseAutoOnProvisioned(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
  );
}

/**
 * Refuses a dry run that would have succeeded (docs/facts.md#dry-run). The message is the one of
 * EC2, because the service's is not known (docs/known-gaps.md#unrecorded-messages).
 */
export function refuseDryRun(): FaultResult {
  return refuse(
    'DryRunOperationException',
    'Request would have succeeded, but DryRun flag is set.',
  );
}

/**
 * Refuses an UpdateShardCount beyond the limit of 24 hours (docs/facts.md#scaling-limits). The
 * error's class is a guess and its message is ours (docs/facts.md#scaling-error-class,
 * docs/known-gaps.md#scaling-errors).
 */
export function refuseScaledTooOften(
  { streamName, accountId }: StreamIdentity,
  times: number,
): FaultResult {
  return refuse(
    'LimitExceededException',
    `Stream ${streamName} under account ${accountId} has been scaled ${times} times in the last 24 hours, which is as often as it may be.`,
  );
}

/**
 * Refuses a NextToken that the account did not issue for this list
 * (docs/facts.md#list-token-invalid). The message is ours (docs/known-gaps.md#unrecorded-messages).
 */
export function refuseInvalidToken(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'The pagination token passed to the operation is invalid.',
  );
}

/**
 * Refuses a NextToken that is no longer valid (docs/facts.md#list-token-life). The message is ours
 * (docs/known-gaps.md#unrecorded-messages).
 */
export function refuseExpiredToken(): FaultResult {
  return refuse(
    'ExpiredNextTokenException',
    'The pagination token passed to the operation is expired.',
  );
}
