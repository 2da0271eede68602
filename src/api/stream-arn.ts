/**
 * Stream ARNs, and the name of the stream that a request is for.
 *
 * @module
 */

import { ok, type Result, refuse } from '../base/fault.ts';
import type { StreamAddress } from './aws-types.ts';
import { refuseStreamNotFound } from './service-errors.ts';
import { hasMember, type OperationName } from './service-model.ts';

/** Returns the ARN of a stream. The region decides the partition. */
export function formatStreamArn(
  streamName: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): string {
  const partition = region.startsWith('cn-')
    ? 'aws-cn'
    : region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
  return `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`;
}

const STREAM_ARN = /^arn:aws[^:]*:kinesis:([^:]*):(\d{12}):stream\/(\S+)$/;

/**
 * Returns the name of the stream that a request is for, or undefined if it names none, as a
 * ListShards with a NextToken does. A name in a member that the operation does not have is ignored.
 *
 * @param request Valid for the service model.
 * @param owner The account and region that the request was sent to.
 * @returns A `ResourceNotFoundException` fault for an ARN of another account or region, with the
 *   service's message for a missing stream. An `InvalidArgumentException` fault, with a message of
 *   ours, for a name and an ARN that name two streams. What the service answers is not known.
 */
export function readStreamName(
  operation: OperationName,
  request: StreamAddress,
  owner: { readonly accountId: string; readonly region: string },
): Result<string | undefined> {
  const streamName = hasMember(operation, 'StreamName') ? request.StreamName : undefined;
  const streamArn = hasMember(operation, 'StreamARN') ? request.StreamARN : undefined;
  if (streamArn === undefined || streamArn === null) return ok(streamName ?? undefined);
  const [, region, accountId = owner.accountId, namedByArn = streamArn] =
    STREAM_ARN.exec(streamArn) ?? [];
  if (streamName !== undefined && streamName !== null && streamName !== namedByArn) {
    return refuse(
      'InvalidArgumentException',
      `StreamName ${streamName} and StreamARN ${streamArn} do not name the same stream.`,
    );
  }
  if (region !== owner.region || accountId !== owner.accountId) {
    return refuseStreamNotFound({ streamName: namedByArn, accountId });
  }
  return ok(namedByArn);
}
