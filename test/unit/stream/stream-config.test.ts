import { createStream } from 'shardline';
import { describe, expect, it } from 'vitest';
import { assertCallTime, mergeContext, resolveContext } from '../../../src/stream/stream-config.ts';
import { ACCOUNT, CONTEXT, DAY_MS, NAME } from '../../support/streams.ts';

describe('resolveContext', () => {
  it('fills in the defaults', () => {
    expect(resolveContext({ accountId: ACCOUNT, region: 'us-east-1' }, NAME)).toEqual({
      accountId: ACCOUNT,
      region: 'us-east-1',
      throughput: 'enforced',
      creatingMs: 0,
      updatingMs: 0,
      deletingMs: 0,
      encryptionType: 'NONE',
      validationMessages: 'data-omitted',
      shardLimit: 20_000,
      otherOpenShardCount: 0,
      streamName: NAME,
      streamArn: `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/${NAME}`,
    });
  });

  it('keeps what is chosen, and reads each member once', () => {
    const chosen = {
      accountId: '000000000000',
      region: 'eu-west-1',
      throughput: 'unlimited',
      creatingMs: 1,
      updatingMs: 2,
      deletingMs: DAY_MS,
      encryptionType: 'KMS',
      validationMessages: 'value-shown',
      shardLimit: 1,
      otherOpenShardCount: 1_048_576,
    } as const;
    const reads: string[] = [];
    const context = new Proxy(chosen, {
      get: (target, name) => {
        reads.push(String(name));
        return Reflect.get(target, name);
      },
    });
    expect(resolveContext(context, NAME)).toMatchObject(chosen);
    expect(reads.sort()).toEqual([...Object.keys(chosen), 'transitionMs'].sort());
  });

  it('takes transitionMs for the three times that are not chosen', () => {
    const context = { ...CONTEXT, transitionMs: 5, updatingMs: 7 };
    const times = { creatingMs: 5, updatingMs: 7, deletingMs: 5 };
    expect(resolveContext(context, NAME)).toMatchObject(times);
    const { streamName, streamArn: _, ...config } = resolveContext(context, NAME);
    const timesAfter = (changes: object) =>
      resolveContext(mergeContext(config, changes), streamName);
    expect(timesAfter({ creatingMs: undefined })).toMatchObject(times);
    expect(timesAfter({ creatingMs: 1 })).toMatchObject({ ...times, creatingMs: 1 });
    expect(timesAfter({ transitionMs: 9, deletingMs: 8 })).toMatchObject({
      creatingMs: 9,
      updatingMs: 9,
      deletingMs: 8,
    });
  });

  it.each([
    ['us-east-1', 20_000],
    ['us-west-2', 20_000],
    ['eu-west-1', 20_000],
    ['eu-central-1', 6000],
  ])('has the published shard quota in %s', (region, shardLimit) => {
    expect(resolveContext({ ...CONTEXT, region }, NAME).shardLimit).toBe(shardLimit);
  });

  it.each([
    [{ accountId: '12345678901' }, RangeError],
    [{ accountId: '1234567890123' }, RangeError],
    [{ accountId: 'a123456789012' }, RangeError],
    [{ accountId: 123456789012 }, TypeError],
    [{ region: '' }, RangeError],
    [{ region: 'US-EAST-1' }, RangeError],
    [{ region: 'us-east-1 ' }, RangeError],
    [{ region: 'a'.repeat(33) }, RangeError],
    [{ region: undefined }, TypeError],
    [{ throughput: 'none' }, RangeError],
    [{ transitionMs: -1 }, RangeError],
    [{ transitionMs: DAY_MS + 1 }, RangeError],
    [{ encryptionType: 'AES' }, RangeError],
    [{ validationMessages: 'short' }, RangeError],
    [{ shardLimit: 0 }, RangeError],
    [{ otherOpenShardCount: 0.5 }, RangeError],
  ])('throws for %o and names the member', (member, error) => {
    const resolve = () => resolveContext({ ...CONTEXT, ...member } as never, NAME);
    expect(resolve).toThrow(error);
    expect(resolve).toThrow(new RegExp(`^context\\.${Object.keys(member)[0]} must be `));
  });

  it('names the valid choices', () => {
    const context = { ...CONTEXT, throughput: 'none' as never };
    expect(() => resolveContext(context, NAME)).toThrow(
      "context.throughput must be one of enforced, unlimited: got the string 'none'",
    );
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [ACCOUNT, `the string '${ACCOUNT}'`],
  ])('throws for %s in place of a context', (context, got) => {
    expect(() => resolveContext(context as never, NAME)).toThrow(
      new TypeError(`context must be an object: got ${got}`),
    );
  });
});

describe('assertCallTime', () => {
  it('accepts the first and the last time', () => {
    for (const nowMs of [0, 16_025_002_199_000]) {
      expect(() => assertCallTime(nowMs)).not.toThrow();
      expect(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, nowMs).ok).toBe(true);
    }
  });

  it.each([-1, 0.5, Number.NaN, 16_025_002_199_001])('throws for the time %d', (nowMs) => {
    expect(() => assertCallTime(nowMs)).toThrow(
      new RangeError(`nowMs must be an integer from 0 to 16025002199000: got ${nowMs}`),
    );
  });

  it('throws for a Date', () => {
    expect(() => assertCallTime(new Date(0) as never)).toThrow(
      new TypeError('nowMs must be a number: got an object'),
    );
  });
});
