import { createStream, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';

const CREATED_MS = Date.parse('2018-03-25T10:00:00Z');
const NOW_MS = CREATED_MS + 60_000;
const context = { accountId: '000000000000', region: 'us-east-1' };

describe('getShardIterator', () => {
  const StreamName = 'test';

  const shards = (stream: Stream) => unwrap(stream.listShards({ StreamName }, NOW_MS)).Shards;

  function newStream(ShardCount = 2, transitionMs = 0): Stream {
    return unwrap(
      createStream({ StreamName, ShardCount }, { ...context, transitionMs }, CREATED_MS),
    );
  }

  function put(stream: Stream, nowMs = NOW_MS) {
    const request = { StreamName, PartitionKey: 'a', Data: new Uint8Array(1) };
    return unwrap(stream.putRecord(request, nowMs));
  }

  it('starts after the last record of the shard for LATEST', () => {
    const stream = newStream();
    const request = { StreamName, ShardId: 'shardId-0', ShardIteratorType: 'LATEST' } as const;
    const [shard] = shards(stream);
    expect(unwrap(stream.getShardIterator(request, NOW_MS)).position).toEqual({
      afterSequenceNumber: shard!.SequenceNumberRange.StartingSequenceNumber,
    });
    const { SequenceNumber } = put(stream);
    expect(unwrap(stream.getShardIterator(request, NOW_MS))).toEqual({
      shardId: 'shardId-000000000000',
      shardIndex: 0,
      position: { afterSequenceNumber: SequenceNumber },
    });
  });

  it('finds an open shard although the clock is behind the trim horizon', () => {
    const stream = newStream();
    const DAY_MS = 86_400_000;
    const longer = { StreamName, RetentionPeriodHours: 48 };
    unwrap(stream.increaseStreamRetentionPeriod(longer, CREATED_MS + 3 * DAY_MS));
    expect(stream.trimHorizonMs(CREATED_MS + DAY_MS)).toBe(CREATED_MS + 2 * DAY_MS);
    const request = { StreamName, ShardId: 'shardId-0', ShardIteratorType: 'LATEST' } as const;
    expect(stream.getShardIterator(request, CREATED_MS + DAY_MS).ok).toBe(true);
  });

  it('starts at the end of a closed shard for LATEST', () => {
    const stream = newStream();
    put(stream);
    unwrap(
      stream.mergeShards({ StreamName, ShardToMerge: '0', AdjacentShardToMerge: '1' }, NOW_MS),
    );
    const request = { StreamName, ShardId: '0', ShardIteratorType: 'LATEST' } as const;
    expect(unwrap(stream.getShardIterator(request, NOW_MS)).position).toEqual({
      afterSequenceNumber: shards(stream)[0]!.SequenceNumberRange.EndingSequenceNumber,
    });
  });

  it.each([['0'], ['shardId-0'], ['shardId-000000000000'], ['foo-0']])(
    'reads the shard id %s',
    (ShardId) => {
      const request = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { shardId } = unwrap(newStream().getShardIterator(request, NOW_MS));
      expect(shardId).toBe('shardId-000000000000');
    },
  );

  const missing = (id: string) =>
    `Shard shardId-${id} in stream test under account 000000000000 does not exist`;

  it.each([
    ['2147483648', 'Could not find shard 2147483648 in stream test under account 000000000000.'],
    ['2.14E4', 'Could not find shard 2.14E4 in stream test under account 000000000000.'],
    ['2147483647', missing('002147483647')],
    ['-00002147483647', missing('002147483647')],
    ['shardId-5', missing('000000000005')],
  ])('refuses the shard id %s', (ShardId, message) => {
    const request = {
      StreamName,
      ShardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: '5',
    } as const;
    expect(newStream().getShardIterator(request, NOW_MS)).toEqual({
      ok: false,
      fault: { code: 'ResourceNotFoundException', message, blame: 'client' },
    });
  });

  it('refuses a shard once it has expired', () => {
    const stream = newStream();
    unwrap(
      stream.mergeShards({ StreamName, ShardToMerge: '0', AdjacentShardToMerge: '1' }, NOW_MS),
    );
    const request = { StreamName, ShardId: '1', ShardIteratorType: 'TRIM_HORIZON' } as const;
    const lastMs = NOW_MS + 24 * 3_600_000;
    expect(stream.getShardIterator(request, lastMs).ok).toBe(true);
    expect(stream.getShardIterator(request, lastMs + 1)).toMatchObject({
      fault: { message: missing('000000000001') },
    });
  });

  it('refuses a stream that is being created', () => {
    const request = { StreamName, ShardId: '0', ShardIteratorType: 'LATEST' } as const;
    const stream = newStream(2, 1000);
    expect(stream.getShardIterator(request, CREATED_MS + 999)).toMatchObject({
      fault: { message: missing('000000000000') },
    });
    expect(stream.getShardIterator(request, CREATED_MS + 1000).ok).toBe(true);
  });

  it('refuses a dry run that would have succeeded, and faults of one that would not', () => {
    const request = { StreamName, ShardId: '0', ShardIteratorType: 'LATEST' } as const;
    const faultFor = (more: object) => {
      const result = newStream().getShardIterator({ ...request, ...more }, NOW_MS);
      return result.ok ? 'ok' : `${result.fault.code}: ${result.fault.message}`;
    };
    expect(faultFor({ DryRun: false })).toBe('ok');
    expect(faultFor({ DryRun: true })).toBe(
      'DryRunOperationException: Request would have succeeded, but DryRun flag is set.',
    );
    expect(faultFor({ DryRun: true, ShardId: '2' })).toBe(
      `ResourceNotFoundException: ${missing('000000000002')}`,
    );
  });

  it('refuses another stream with the message for a shard', () => {
    const request = { StreamName: 'b', ShardId: '0', ShardIteratorType: 'LATEST' } as const;
    expect(newStream().getShardIterator(request, NOW_MS)).toMatchObject({
      fault: {
        message: 'Shard shardId-000000000000 in stream b under account 000000000000 does not exist',
      },
    });
  });

  it('refuses a shard id that cannot be read before it looks up the stream', () => {
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/b';
    const request = { StreamName, StreamARN, ShardId: 'x', ShardIteratorType: 'LATEST' } as const;
    expect(newStream().getShardIterator(request, NOW_MS)).toMatchObject({
      fault: { message: 'Could not find shard x in stream test under account 000000000000.' },
    });
  });

  it('throws for a value that is not a request', () => {
    for (const [request, got] of [
      [undefined, 'undefined'],
      [null, 'null'],
    ]) {
      expect(() => newStream().getShardIterator(request as never, NOW_MS)).toThrow(
        new TypeError(`request must be an object: got ${got}`),
      );
    }
  });

  it('reports violations of the service model', () => {
    const request = { ShardId: '', ShardIteratorType: '', StartingSequenceNumber: '' };
    expect(newStream().getShardIterator(request as never, NOW_MS)).toMatchObject({
      fault: {
        code: 'ValidationException',
        message: [
          "5 validation errors detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
          "Value '' at 'shardId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
          "Value '' at 'shardId' failed to satisfy constraint: Member must have length greater than or equal to 1",
          "Value '' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
          "Value '' at 'startingSequenceNumber' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})",
        ].join('; '),
      },
    });
  });
});
