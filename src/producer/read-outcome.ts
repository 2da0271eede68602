/**
 * Reads what became of a PutRecords request: the SDK's response, or the error that it threw.
 *
 * @module
 */

import type { PutRecordsResultEntry } from '../api/aws-types.ts';
import { assertObject, wrongType } from '../base/argument.ts';

/** What to do after an error. */
export type Verdict =
  /** Send again. */
  | 'retry'
  /** Send again, after a longer pause. */
  | 'throttled'
  /** Give up: the same request would fail again. */
  | 'fatal';

/** An error of a request, or of one of its records. */
export interface Trouble {
  readonly verdict: Verdict;
  /** Whether a record may be stored although it failed. */
  readonly mayBeStored: boolean;
  readonly code: string;
  readonly message: string;
}

/** What became of one record. */
export type RecordOutcome =
  | { readonly shardId: string; readonly sequenceNumber: string }
  | { readonly trouble: Trouble };

/** What became of a request: an outcome for each record, or one error for all of them. */
export type RequestOutcome = { readonly records: readonly RecordOutcome[] } | RecordTrouble;

type RecordTrouble = { readonly trouble: Trouble };

/** The part of a PutRecords response that is read. Every member may be missing. */
export interface PutRecordsResponse {
  readonly Records?: readonly PutRecordsResultEntry[] | null | undefined;
}

/**
 * Codes of errors after which no record is stored (docs/facts.md#producer-errors). Any other error
 * may come after the records were stored; it is retried, so the records may be stored twice.
 */
const VERDICTS: ReadonlyMap<string, Verdict> = /* @__PURE__ */ new Map<string, Verdict>([
  // The service has no room for the request now.
  ['KMSThrottlingException', 'throttled'],
  ['LimitExceededException', 'throttled'],
  ['ProvisionedThroughputExceededException', 'throttled'],
  ['ThrottlingException', 'throttled'],
  // The SDK renews credentials and corrects its clock.
  ['ExpiredTokenException', 'retry'],
  ['InvalidSignatureException', 'retry'],
  ['RequestTimeTooSkewed', 'retry'],
  // The stream does not exist or is being created. Only the caller knows whether to wait.
  ['ResourceInUseException', 'fatal'],
  ['ResourceNotFoundException', 'fatal'],
  // Only the caller can remove the cause of these.
  ['AccessDeniedException', 'fatal'],
  ['IncompleteSignature', 'fatal'],
  ['InvalidArgumentException', 'fatal'],
  ['KMSAccessDeniedException', 'fatal'],
  ['KMSDisabledException', 'fatal'],
  ['KMSInvalidStateException', 'fatal'],
  ['KMSNotFoundException', 'fatal'],
  ['KMSOptInRequired', 'fatal'],
  ['MissingAuthenticationTokenException', 'fatal'],
  ['SerializationException', 'fatal'],
  ['UnrecognizedClientException', 'fatal'],
  ['ValidationException', 'fatal'],
]);

/**
 * Reads the outcome of a request. Each member is read once.
 *
 * @param expected The number of records of the request.
 * @throws {TypeError} If the outcome does not have exactly one of `output` and `error`.
 */
export function readOutcome(
  outcome: { readonly output?: unknown; readonly error?: unknown },
  expected: number,
): RequestOutcome {
  assertObject(outcome, 'outcome');
  const { output, error } = outcome;
  const hasError = error !== undefined || (output === undefined && 'error' in outcome);
  if (hasError === (output !== undefined)) {
    throw wrongType(
      `outcome must have either an output or an error: got ${hasError ? 'both' : 'neither'}`,
    );
  }
  return hasError ? { trouble: readError(error) } : readOutput(output, expected);
}

function readOutput(output: unknown, expected: number): RequestOutcome {
  const list: unknown = isObject(output) ? output['Records'] : undefined;
  const length: unknown = Array.isArray(list) ? list.length : undefined;
  if (length !== expected) {
    const found = String(length ?? 'none');
    return failResponse(`expected an entry for each of ${expected} records, got ${found}`);
  }
  const records: RecordOutcome[] = [];
  for (let i = 0; i < expected; i++) records.push(readEntry((list as readonly unknown[])[i]));
  return { records };
}

function readEntry(entry: unknown): RecordOutcome {
  if (!isObject(entry)) return failResponse('expected an entry of a response');
  const { ErrorCode, ErrorMessage, ShardId, SequenceNumber } = entry;
  if (ErrorCode !== undefined && ErrorCode !== null) {
    const code = String(ErrorCode);
    const message = typeof ErrorMessage === 'string' ? ErrorMessage : '';
    // An entry is retried whatever its code: two are documented, and others have been seen
    // (docs/facts.md#put-records-failed-entry).
    return { trouble: { ...judge(code), verdict: 'retry', code, message } };
  }
  if (typeof ShardId === 'string' && typeof SequenceNumber === 'string') {
    return { shardId: ShardId, sequenceNumber: SequenceNumber };
  }
  return failResponse('expected an entry with an ErrorCode, or with ShardId and SequenceNumber');
}

/** Returns the trouble of a response that cannot be read. Its records may be stored. */
function failResponse(message: string): RecordTrouble {
  return { trouble: { ...judge(''), code: 'InvalidResponse', message } };
}

function readError(error: unknown): Trouble {
  const { name, message, code: cause } = isObject(error) ? error : { message: error };
  const code = typeof name === 'string' && name !== '' ? name : 'UnknownError';
  // If a connection fails on IPv4 and IPv6, Node's error has a code but no message.
  const text = message === '' ? cause : message;
  return { ...judge(code), code, message: typeof text === 'string' ? text : '' };
}

function judge(code: string): Pick<Trouble, 'verdict' | 'mayBeStored'> {
  const verdict = VERDICTS.get(code);
  return { verdict: verdict ?? 'retry', mayBeStored: verdict === undefined };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
