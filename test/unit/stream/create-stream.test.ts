import { createStream, parseSequenceNumber, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { CONTEXT, faultOf, NAME, putAt, shardsOf, streamOf, T0 } from '../../support/streams.ts';

const ON_DEMAND = { StreamMode: 'ON_DEMAND' } as const;

describe('createStream', () => {
  it('creates shards of equal width, three seconds older than the stream', () => {
    const { Shards } = unwrap(streamOf(3).listShards({ StreamName: NAME }, T0));
    // The ranges of a published stream of three shards.
    expect(Shards.map(({ HashKeyRange }) => HashKeyRange.StartingHashKey)).toEqual([
      '0',
      '113427455640312821154458202477256070485',
      '226854911280625642308916404954512140970',
    ]);
    for (const [shardIndex, { ShardId, SequenceNumberRange }] of Shards.entries()) {
      expect(ShardId).toBe(`shardId-00000000000${shardIndex}`);
      const parts = unwrap(parseSequenceNumber(SequenceNumberRange.StartingSequenceNumber));
      const createdAtMs = T0 - 3000;
      expect(parts).toMatchObject({ shardIndex, shardCreatedAtMs: createdAtMs, sequenceIndex: 0n });
      expect(SequenceNumberRange.EndingSequenceNumber).toBe(undefined);
    }
  });

  it('creates four shards for an on-demand stream, whatever the count', () => {
    const request = { StreamName: NAME, StreamModeDetails: ON_DEMAND };
    expect(shardsOf(unwrap(createStream(request, CONTEXT, T0)), T0)).toBe('0* 1* 2* 3*');
    expect(shardsOf(streamOf(9, {}, { StreamModeDetails: ON_DEMAND }), T0)).toBe('0* 1* 2* 3*');
  });

  it('names the argument that is missing', () => {
    const create = createStream as (...values: unknown[]) => unknown;
    const request = { StreamName: NAME, ShardCount: 1 };
    expect(() => create(request)).toThrow('context must be an object: got undefined');
    expect(() => create(request, T0)).toThrow(`context must be an object: got ${T0}`);
    expect(() => create(request, CONTEXT)).toThrow('nowMs must be a number: got undefined');
  });

  it('accepts the epoch as the time of creation', () => {
    const stream = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, 0));
    const put = putAt(stream, 0n, 0);
    expect(put.ok && parseSequenceNumber(put.value.SequenceNumber)).toMatchObject({
      value: { shardCreatedAtMs: 0, writtenAtMs: 0, sequenceIndex: 1n },
    });
  });

  it('reports all violations', () => {
    const request = { StreamName: 'a b', MaxRecordSizeInKiB: 1023 } as never;
    expect(faultOf(createStream(request, CONTEXT, T0))).toBe(
      "ValidationException: 3 validation errors detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null; Value '1023' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value greater than or equal to 1024; Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
  });

  it('refuses more shards than the account may have', () => {
    const context = { ...CONTEXT, shardLimit: 10, otherOpenShardCount: 7 };
    const create = (ShardCount: number) =>
      createStream({ StreamName: NAME, ShardCount }, context, T0);
    expect(create(3).ok).toBe(true);
    expect(faultOf(create(4))).toMatch(/^LimitExceededException: /);
  });

  it('refuses AUTO on a provisioned stream', () => {
    const request = {
      StreamName: NAME,
      ShardCount: 1,
      RecordDistributionStrategy: 'AUTO',
    } as const;
    expect(faultOf(createStream(request, CONTEXT, T0))).toBe(
      'InvalidArgumentException: The AUTO record distribution strategy is only supported for streams in on-demand mode.',
    );
  });

  it('throws for a value that is not a request', () => {
    const nameless = { StreamName: Object.create(null), ShardCount: 1 };
    expect(() => createStream(nameless, CONTEXT, T0)).toThrow(
      new TypeError('request.StreamName must be a string: got an object'),
    );
    for (const request of [undefined, null, NAME]) {
      expect(() => createStream(request as never, CONTEXT, T0)).toThrow(
        /^request must be an object/,
      );
    }
  });
});
