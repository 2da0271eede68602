/**
 * A life in words.
 *
 * @module
 */

import type { AcceptedRecord, Fault, PutRecordsRequestEntry, Result } from 'shardline';
import type { Operation } from './operation.ts';

/** The id of a shard. */
export function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/** The bytes of an answer. */
export function tellAnswer(result: unknown): string {
  return JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

/** Who does what, and when by whose clock. */
export function tellOperation(operation: Operation): string {
  const time = new Date(operation.nowMs).toISOString();
  switch (operation.kind) {
    case 'create': {
      const { kind: _, nowMs: __, ...settings } = operation;
      return `${time} create ${JSON.stringify(settings)}`;
    }
    case 'put':
    case 'batch': {
      const verb = operation.kind === 'put' && operation.isDryRun ? 'tries' : operation.kind;
      return `${time} producer ${operation.producer}: ${verb}`;
    }
    case 'increase':
    case 'decrease':
      return `${time} ${operation.kind} retention to ${operation.hours} hours`;
    case 'resize':
      return `${time} records up to ${operation.maxRecordSizeInKiB} KiB`;
    case 'list':
      return `${time} list ${JSON.stringify(operation.listing)}`;
    default:
      return `${time} ${operation.kind}`;
  }
}

export function tellEntry({ PartitionKey, Data, ExplicitHashKey }: PutRecordsRequestEntry): string {
  const key = JSON.stringify(PartitionKey);
  const short = key.length <= 40 ? key : `${key.slice(0, 36)}..."`;
  const at = ExplicitHashKey === undefined ? '' : ` at ${ExplicitHashKey}`;
  return `${short}${at}, ${Data!.length} bytes`;
}

export function tellKept({ shardIndex, sequenceNumber }: AcceptedRecord): string {
  return `shard ${shardIndex}, ${sequenceNumber}`;
}

export function tellFault({ code, message }: Fault): string {
  return `${code}: ${message}`;
}

export function tellResult(result: Result<unknown>): string {
  return result.ok ? 'ok' : tellFault(result.fault);
}

/** An operation as data, cut short. */
export function tellData(operation: Operation): string {
  const text = JSON.stringify(operation);
  return text.length <= 300 ? text : `${text.slice(0, 300)}...`;
}

/** The first lines and the last of a list, indented. */
export function tellList(lines: readonly string[]): string {
  const left = lines.length - 6;
  const told =
    left <= 1 ? lines : [...lines.slice(0, 3), `... ${left} more ...`, ...lines.slice(-3)];
  return told.map((line) => `\n      ${line}`).join('');
}

/** Where two texts part, and what stands there. */
export function differenceOf(wanted: string, found: string): string {
  let at = 0;
  while (at < wanted.length && wanted[at] === found[at]) at++;
  const from = Math.max(0, at - 60);
  return `expected ...${wanted.slice(from, at + 60)}..., found ...${found.slice(from, at + 60)}...`;
}
