/**
 * The violations of a put's members, spelled out member by member, and the service's message in
 * both styles. It uses no code of the library.
 */

import type { PutRecordsInput } from 'shardline';

export interface Problem {
  readonly path: string;
  readonly value: unknown;
  /** The member is missing, which is reported first. */
  readonly isNull?: boolean;
  readonly text?: string;
}

/**
 * Returns the message for all problems: ten at most, missing members first. It omits Data and lists
 * of records unless all values are shown.
 */
export function report(problems: readonly Problem[], isAllShown: boolean): string {
  const missing = problems.filter(({ isNull }) => isNull);
  const others = problems.filter(({ isNull }) => !isNull);
  const all = [...missing, ...others].slice(0, 10);
  const texts = all.map(({ path, value, text = 'Member must not be null' }) => {
    const isOmitted = value instanceof Uint8Array || Array.isArray(value);
    const shown = isAllShown || !isOmitted ? `Value ${print(value)}` : 'Value';
    return `${shown} at '${path}' failed to satisfy constraint: ${text}`;
  });
  const noun = all.length === 1 ? 'error' : 'errors';
  return `${all.length} validation ${noun} detected: ${texts.join('; ')}`;
}

function print(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof Uint8Array) {
    return `'java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]'`;
  }
  if (Array.isArray(value)) {
    const entry = 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310';
    return `'[${value.map(() => entry).join(', ')}]'`;
  }
  return `'${value}'`;
}

/** Returns the violation of a text that is present and does not match a pattern. */
export function patternViolation(path: string, value: unknown, pattern: RegExp): Problem[] {
  if (value === undefined || value === null || pattern.test(String(value))) return [];
  const printed = pattern.source.includes('128}') ? 128 : 38;
  const text = `Member must satisfy regular expression pattern: 0|([1-9]\\d{0,${printed}})`;
  return [{ path, value, text }];
}

/** Returns the violations of a record: its key, its explicit hash key, its data, in this order. */
export function recordViolations(
  record: { PartitionKey?: unknown; ExplicitHashKey?: unknown; Data?: unknown },
  prefix: string,
  recordBytesMax: number,
  isAuto: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const { PartitionKey: key, ExplicitHashKey, Data: data } = record;
  let bytes = 0;
  const path = `${prefix}partitionKey`;
  if (typeof key === 'string') {
    const text = 'Member must have length';
    if (key === '') problems.push({ path, value: key, text: `${text} greater than or equal to 1` });
    if ([...key].length > 256) {
      problems.push({ path, value: key, text: `${text} less than or equal to 256` });
    }
    if (key.length <= 512) bytes = Buffer.byteLength(key);
  } else if (!isAuto) {
    problems.push({ path, value: key, isNull: true });
  }
  const hashKey = `${prefix}explicitHashKey`;
  problems.push(...patternViolation(hashKey, ExplicitHashKey, /^(0|[1-9][0-9]{0,38})$/));
  if (data instanceof Uint8Array) {
    if (data.length + bytes > recordBytesMax) {
      const text = `Member must have length less than or equal to ${recordBytesMax}`;
      problems.push({ path: `${prefix}data`, value: data, text });
    }
  } else {
    problems.push({ path: `${prefix}data`, value: data, isNull: true });
  }
  return problems;
}

/** Returns the violations of a request's stream: no name and no ARN, or a malformed name. */
export function nameViolations(request: { StreamName?: unknown; StreamARN?: unknown }): Problem[] {
  const { StreamName: name, StreamARN: arn } = request;
  const path = 'streamName';
  if (name === undefined || name === null) {
    return arn === undefined || arn === null ? [{ path, value: name, isNull: true }] : [];
  }
  const problems: Problem[] = [];
  const value = String(name);
  if (!/^[a-zA-Z0-9_.-]+$/.test(value)) {
    const text = 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
    problems.push({ path, value, text });
  }
  if (value === '') {
    problems.push({ path, value, text: 'Member must have length greater than or equal to 1' });
  }
  if (value.length > 128) {
    problems.push({ path, value, text: 'Member must have length less than or equal to 128' });
  }
  return problems;
}

/** Returns the violation of a number that is out of its range. */
export function rangeViolations(
  path: string,
  value: number,
  least: number,
  most: number,
): Problem[] {
  const text = 'Member must have value';
  if (value < least) return [{ path, value, text: `${text} greater than or equal to ${least}` }];
  if (value > most) return [{ path, value, text: `${text} less than or equal to ${most}` }];
  return [];
}

/** Returns the problems of the records of a batch. */
export function batchViolations(
  { Records }: PutRecordsInput,
  recordBytesMax: number,
  isAuto: boolean,
): Problem[] {
  const path = 'records';
  if (!Records) return [{ path, value: Records, isNull: true }];
  const text = 'Member must have length';
  const problems: Problem[] = [];
  if (Records.length === 0) {
    problems.push({ path, value: Records, text: `${text} greater than or equal to 1` });
  }
  if (Records.length > 500) {
    problems.push({ path, value: Records, text: `${text} less than or equal to 500` });
  }
  for (const [i, record] of Records.slice(0, 500).entries()) {
    const member = `records.${i + 1}.member`;
    if (record) problems.push(...recordViolations(record, `${member}.`, recordBytesMax, isAuto));
    else problems.push({ path: member, value: record, isNull: true });
  }
  return problems;
}
