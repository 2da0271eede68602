import { describe, expect, it } from 'vitest';
import * as errors from '../../../src/api/service-errors.ts';

const stream = { streamName: 'orders', accountId: '123456789012' };
const STREAM = 'orders under account 123456789012';

describe('a service error', () => {
  it.each([
    [
      errors.refuseStreamNotFound(stream),
      'ResourceNotFoundException',
      `Stream ${STREAM} not found.`,
    ],
    [
      errors.refuseShardNotFound(stream, 7),
      'ResourceNotFoundException',
      `Shard shardId-000000000007 in stream ${STREAM} does not exist`,
    ],
    [
      errors.refuseStreamNotActive(stream, 'UPDATING'),
      'ResourceInUseException',
      `Stream ${STREAM} not ACTIVE, instead in state UPDATING`,
    ],
    [
      errors.refuseOnDemandStream(stream),
      'ValidationException',
      `Request is invalid. Stream ${STREAM} is in On-Demand mode.`,
    ],
    [
      errors.refuseRateExceeded(stream, 'shardId-000000000007'),
      'ProvisionedThroughputExceededException',
      `Rate exceeded for shard shardId-000000000007 in stream ${STREAM}.`,
    ],
    [
      errors.refuseNumberForOrdering(stream, '12'),
      'InvalidArgumentException',
      `ExclusiveMinimumSequenceNumber 12 used in PutRecord on stream ${STREAM} is invalid.`,
    ],
    [
      errors.refuseOrderingUnderAuto(),
      'InvalidArgumentException',
      'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
    ],
    [
      errors.refuseAutoOnProvisioned(),
      'InvalidArgumentException',
      'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
    ],
    [
      errors.refuseDryRun(),
      'DryRunOperationException',
      'Request would have succeeded, but DryRun flag is set.',
    ],
    [
      errors.refuseScaledTooOften(stream, 10),
      'LimitExceededException',
      `Stream ${STREAM} has been scaled 10 times in the last 24 hours, which is as often as it may be.`,
    ],
  ])('is a fault of the client: %o', (result, code, message) => {
    expect(result).toEqual({ ok: false, fault: { code, message, blame: 'client' } });
  });
});
