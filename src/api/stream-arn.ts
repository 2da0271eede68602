/**
 * Stream ARNs, and the name of the stream that a request is for.
 *
 * @module
 */

import { ok, type Result, refuse } from '../base/fault.ts';
import { refuseStreamNotFound } from './service-errors.ts';
import type { Structure } from './service-model.ts';

/**
 * Returns the ARN of a stream. Its partition is that of the region (docs/facts.md#stream-arn-form).
 */
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

/** Longer ones are refused by the service model. */
const STREAM_ARN_CHARACTERS_MAX = 2048;

const STREAM_ARN = /^arn:aws[^:]*:kinesis:([^:]*):(\d{12}):stream\/(\S+)$/;

/**
 * Returns the name of the stream that a request is for, or undefined if it names none, for example
 * a ListShards request with a NextToken.
 *
 * @param request A copy of a request. It has the members of its operation only, and may be
 *   invalid: a name of the wrong type counts as absent.
 * @param owner The account and region that the request was sent to.
 * @returns The name. A `ResourceNotFoundException` fault for an ARN of another account or region.
 *   An `InvalidArgumentException` fault, with our own message, for a name and an ARN that name two
 *   streams. How the service responds to either is not known (docs/facts.md#stream-arn-mismatch,
 *   docs/known-gaps.md#unrecorded-messages).
 */
export function readStreamName(
  request: object,
  owner: { readonly accountId: string; readonly region: string },
): Result<string | undefined> {
  const { StreamName, StreamARN, ResourceARN } = request as Structure;
  const streamName = textOrUndefined(StreamName);
  const streamArn = textOrUndefined(StreamARN) ?? textOrUndefined(ResourceARN);
  if (streamArn === undefined || streamArn.length > STREAM_ARN_CHARACTERS_MAX) {
    return ok(streamName);
  }
  const [, region, accountId = owner.accountId, namedByArn = streamArn] =
    STREAM_ARN.exec(streamArn) ?? [];
  if (streamName !== undefined && streamName !== namedByArn) {
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

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
