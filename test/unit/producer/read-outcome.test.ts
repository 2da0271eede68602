import { describe, expect, it } from 'vitest';
import { readOutcome } from '../../../src/producer/read-outcome.ts';

const nameOf = (name: unknown) => Object.assign(new Error('message'), { name });

describe('readOutcome', () => {
  it('reads each entry of a response', () => {
    const Records = [
      { ShardId: 'shard', SequenceNumber: '7' },
      { ErrorCode: 'InternalFailure', ErrorMessage: 'text' },
      { ErrorCode: 'ProvisionedThroughputExceededException' },
      { ErrorCode: 'ValidationException', ErrorMessage: null },
      { ErrorCode: null, ErrorMessage: null, ShardId: 'shard', SequenceNumber: '8' },
    ];
    expect(readOutcome({ output: { Records } }, 5)).toEqual({
      records: [
        { shardId: 'shard', sequenceNumber: '7' },
        {
          trouble: {
            verdict: 'retry',
            mayBeStored: true,
            code: 'InternalFailure',
            message: 'text',
          },
        },
        {
          trouble: {
            verdict: 'retry',
            mayBeStored: false,
            code: 'ProvisionedThroughputExceededException',
            message: '',
          },
        },
        // Another request with the same record may succeed, so an entry is never fatal.
        {
          trouble: {
            verdict: 'retry',
            mayBeStored: false,
            code: 'ValidationException',
            message: '',
          },
        },
        { shardId: 'shard', sequenceNumber: '8' },
      ],
    });
  });

  it.each([
    [undefined, 'none'],
    [null, 'none'],
    ['ab', 'none'],
    [{ length: 2 }, 'none'],
    [[], '0'],
    [[{}], '1'],
    [[{}, {}, {}], '3'],
  ])('takes a response with other Records for a failed request, case %#', (Records, found) => {
    expect(readOutcome({ output: { Records } }, 2)).toEqual({
      trouble: {
        verdict: 'retry',
        mayBeStored: true,
        code: 'InvalidResponse',
        message: `expected an entry for each of 2 records, got ${found}`,
      },
    });
  });

  it.each([
    [undefined, 'expected an entry of a response'],
    [null, 'expected an entry of a response'],
    ['text', 'expected an entry of a response'],
    [{}, 'expected an entry with an ErrorCode, or with ShardId and SequenceNumber'],
    [
      { ShardId: 'shard' },
      'expected an entry with an ErrorCode, or with ShardId and SequenceNumber',
    ],
    [
      { SequenceNumber: '7' },
      'expected an entry with an ErrorCode, or with ShardId and SequenceNumber',
    ],
  ])('takes an entry that names no place for a failed record, case %#', (entry, message) => {
    expect(readOutcome({ output: { Records: [entry] } }, 1)).toEqual({
      records: [
        { trouble: { verdict: 'retry', mayBeStored: true, code: 'InvalidResponse', message } },
      ],
    });
  });

  it.each([
    [nameOf('TimeoutError'), 'TimeoutError', 'message'],
    [nameOf(''), 'UnknownError', 'message'],
    [nameOf(7), 'UnknownError', 'message'],
    [{ name: 'Odd', message: 7 }, 'Odd', ''],
    [{ name: 'Odd', message: '', code: 'ECONNREFUSED' }, 'Odd', 'ECONNREFUSED'],
    [{ name: 'Odd', message: 'text', code: 'ECONNREFUSED' }, 'Odd', 'text'],
    [{ name: 'Odd', message: '', code: 7 }, 'Odd', ''],
    ['a text', 'UnknownError', 'a text'],
    [7, 'UnknownError', ''],
    [null, 'UnknownError', ''],
    [undefined, 'UnknownError', ''],
  ])('reads whatever was thrown, case %#', (error, code, message) => {
    expect(readOutcome({ error }, 1)).toEqual({
      trouble: { verdict: 'retry', mayBeStored: true, code, message },
    });
  });

  it('reads each member of an error once', () => {
    const reads: PropertyKey[] = [];
    const error = new Proxy(new Error(''), {
      get: (target, name) => {
        reads.push(name);
        return Reflect.get(target, name);
      },
    });
    readOutcome({ error }, 1);
    expect(reads).toEqual(['name', 'message', 'code']);
  });

  it.each([
    ['throttled', 'KMSThrottlingException'],
    ['throttled', 'LimitExceededException'],
    ['throttled', 'ProvisionedThroughputExceededException'],
    ['throttled', 'ThrottlingException'],
    ['retry', 'ExpiredTokenException'],
    ['retry', 'InvalidSignatureException'],
    ['retry', 'RequestTimeTooSkewed'],
    ['fatal', 'ResourceInUseException'],
    ['fatal', 'ResourceNotFoundException'],
    ['fatal', 'AccessDeniedException'],
    ['fatal', 'IncompleteSignature'],
    ['fatal', 'InvalidArgumentException'],
    ['fatal', 'KMSAccessDeniedException'],
    ['fatal', 'KMSDisabledException'],
    ['fatal', 'KMSInvalidStateException'],
    ['fatal', 'KMSNotFoundException'],
    ['fatal', 'KMSOptInRequired'],
    ['fatal', 'MissingAuthenticationTokenException'],
    ['fatal', 'SerializationException'],
    ['fatal', 'UnrecognizedClientException'],
    ['fatal', 'ValidationException'],
  ])('is %s after %s, which stores nothing', (verdict, code) => {
    expect(readOutcome({ error: nameOf(code) }, 1)).toEqual({
      trouble: { verdict, mayBeStored: false, code, message: 'message' },
    });
  });

  it.each([
    [{}, 'neither'],
    [{ output: undefined }, 'neither'],
    [{ output: {}, error: new Error('message') }, 'both'],
    [{ output: null, error: null }, 'both'],
  ])('throws unless there is one of output and error, case %#', (outcome, found) => {
    expect(() => readOutcome(outcome, 0)).toThrow(
      new TypeError(`outcome must have either an output or an error: got ${found}`),
    );
  });
});
