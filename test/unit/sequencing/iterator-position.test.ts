import {
  endingSequenceNumber,
  formatSequenceNumber,
  type IteratorRequest,
  isVisibleFrom,
  resolvePosition,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';

const CREATED_MS = Date.parse('2018-03-25T10:00:00Z');
const NOW_MS = CREATED_MS + 60_000;
const NAMES = { streamName: 'test', accountId: '000000000000' };

function shardAt(shardIndex: number) {
  return {
    shardId: `shardId-${String(shardIndex).padStart(12, '0')}`,
    startingSequenceNumber: startingSequenceNumber(shardIndex, CREATED_MS),
    lastSequenceNumber: numberOf(shardIndex, 7n),
  };
}

function numberOf(shardIndex: number, sequenceIndex: bigint, shardCreatedAtMs = CREATED_MS) {
  const writtenAtMs = NOW_MS;
  const version = 2;
  return formatSequenceNumber({
    version,
    shardIndex,
    shardCreatedAtMs,
    sequenceIndex,
    writtenAtMs,
  });
}

function resolve(request: IteratorRequest, shardIndex = 0) {
  return resolvePosition(request, shardAt(shardIndex), NAMES, NOW_MS);
}

function messageOf(StartingSequenceNumber: string, shardIndex = 0): string {
  const ShardIteratorType = 'AT_SEQUENCE_NUMBER';
  const result = resolve({ ShardIteratorType, StartingSequenceNumber }, shardIndex);
  if (result.ok) return 'taken';
  expect(result.fault).toMatchObject({ code: 'InvalidArgumentException', blame: 'client' });
  return result.fault.message;
}

const hex = (digits: string) => BigInt(`0x${digits}`).toString();

describe('resolvePosition', () => {
  it('returns the start of the shard for TRIM_HORIZON', () => {
    expect(unwrap(resolve({ ShardIteratorType: 'TRIM_HORIZON' }))).toEqual({
      atSequenceNumber: startingSequenceNumber(0, CREATED_MS),
    });
  });

  it('returns the position after the last number for LATEST', () => {
    expect(unwrap(resolve({ ShardIteratorType: 'LATEST' }))).toEqual({
      afterSequenceNumber: numberOf(0, 7n),
    });
  });

  it.each([
    ['isVisibleFrom', numberOf(0, 3n)],
    ['no record yet', numberOf(0, 2n ** 62n)],
    ['the start of the shard', startingSequenceNumber(0, CREATED_MS)],
    ['an end of the shard', endingSequenceNumber(0, CREATED_MS, NOW_MS)],
  ])('accepts the number of %s', (_, StartingSequenceNumber) => {
    const at = resolve({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber });
    expect(unwrap(at)).toEqual({ atSequenceNumber: StartingSequenceNumber });
    const after = resolve({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber });
    expect(unwrap(after)).toEqual({ afterSequenceNumber: StartingSequenceNumber });
  });

  it.each([[0], [NOW_MS - 1], [NOW_MS]])('accepts the time %i', (atMs) => {
    const request = { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(atMs) } as const;
    expect(unwrap(resolve(request))).toEqual({ atMs });
  });

  it('treats null as an absent member', () => {
    const request = { ShardIteratorType: 'LATEST', StartingSequenceNumber: null };
    expect(resolve(request as unknown as IteratorRequest).ok).toBe(true);
  });
});

// The messages and the cases: kinesalite test/getShardIterator.js, run on AWS 2018.
describe('resolvePosition refuses', () => {
  const either =
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ';

  it.each([
    ['AT_SEQUENCE_NUMBER', undefined, 'Request specified AT_SEQUENCE_NUMBER and no'],
    ['AFTER_SEQUENCE_NUMBER', undefined, 'Request specified AFTER_SEQUENCE_NUMBER and no'],
    ['LATEST', '5', 'Request specified LATEST and also a'],
    ['TRIM_HORIZON', '5', 'Request specified TRIM_HORIZON and also a'],
  ] as const)('%s with the number %s', (ShardIteratorType, StartingSequenceNumber, text) => {
    expect(resolve({ ShardIteratorType, StartingSequenceNumber })).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: `${either}${text} StartingSequenceNumber.`,
        blame: 'client',
      },
    });
  });

  it.each([
    ['5', 0, '000000000005'],
    [numberOf(1, 3n), 0, '000000000001'],
    [numberOf(0, 3n), 1, '000000000000'],
    [numberOf(0, 3n), 16, '000000000000'],
    [hex('20000000000000000000000000000000000000800000002'), 0, '-02147483648'],
  ])('%s in shard %i, a number of another shard', (number, shardIndex, id) => {
    expect(messageOf(number, shardIndex)).toBe(
      `Invalid StartingSequenceNumber. It encodes shardId-${id}, while it was used in a call to a shard with ${shardAt(shardIndex).shardId}`,
    );
  });

  it.each([
    [hex('13bb2cc3d80000000000000000000000')],
    [hex('20000000000800000000000000000000000000000000002')],
    [hex('30000000000000000000000000000000000000000000001')],
    [hex('20000000000000000000000000000000000000000000003')],
    ['9'.repeat(129)],
  ])('%s, which is not a sequence number', (number) => {
    expect(messageOf(number)).toBe(
      `StartingSequenceNumber ${number} used in GetShardIterator on shard shardId-000000000000 in stream test under account 000000000000 is invalid.`,
    );
  });

  it.each([
    [numberOf(0, 3n, CREATED_MS - 1000)],
    [numberOf(0, 3n, CREATED_MS + 1000)],
    [hex('20000000000000000000000000000000000000000000001')],
  ])('%s, a number of another stream', (number) => {
    expect(messageOf(number)).toBe(
      `StartingSequenceNumber ${number} used in GetShardIterator on shard shardId-000000000000 in stream test under account 000000000000 is invalid because it did not come from this stream.`,
    );
  });

  it('a number of version 0 as a failure of the server without a message', () => {
    const request = {
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: '0',
    } as const;
    expect(resolve(request)).toEqual({
      ok: false,
      fault: { code: 'InternalFailure', message: '', blame: 'server' },
    });
  });

  it('AT_TIMESTAMP without a time', () => {
    expect(resolve({ ShardIteratorType: 'AT_TIMESTAMP' })).toMatchObject({
      fault: {
        code: 'InvalidArgumentException',
        message:
          'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
      },
    });
  });

  it('a time in the future', () => {
    const Timestamp = new Date(NOW_MS + 1);
    expect(resolve({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp })).toMatchObject({
      fault: {
        code: 'InvalidArgumentException',
        message: `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${NOW_MS + 1}, currentTimestampInMillis: ${NOW_MS}`,
      },
    });
  });
});

describe('isVisibleFrom', () => {
  const record = { sequenceNumber: '1000', arrivedAtMs: 5 };

  it.each([
    [{ atSequenceNumber: '999' }, true],
    [{ atSequenceNumber: '1000' }, true],
    [{ atSequenceNumber: '1001' }, false],
    [{ afterSequenceNumber: '999' }, true],
    [{ afterSequenceNumber: '1000' }, false],
    [{ afterSequenceNumber: '1001' }, false],
    [{ atMs: 4 }, true],
    [{ atMs: 5 }, true],
    [{ atMs: 6 }, false],
  ])('for a reader at %o returns %s', (position, isSeen) => {
    expect(isVisibleFrom(record, position)).toBe(isSeen);
  });

  it('reads the time of a position once', () => {
    const times = [5, Number.NaN];
    const position = {
      get atMs() {
        return times.shift()!;
      },
    };
    expect(isVisibleFrom(record, position)).toBe(true);
  });

  it('throws for an invalid position or record', () => {
    expect(() => isVisibleFrom(record, { atMs: Number.NaN })).toThrow(RangeError);
    expect(() => isVisibleFrom(record, { atSequenceNumber: 'LATEST' })).toThrow(RangeError);
    const undated = { sequenceNumber: '1' } as typeof record;
    expect(() => isVisibleFrom(undated, { atMs: 5 })).toThrow(TypeError);
  });
});

describe('resolvePosition and isVisibleFrom', () => {
  const AT = 'AT_SEQUENCE_NUMBER';

  it('refuse a number of another version, though shard and creation are the same', () => {
    const parts = { shardIndex: 0, shardCreatedAtMs: CREATED_MS, writtenAtMs: NOW_MS };
    const number = formatSequenceNumber({ ...parts, version: 1, sequenceIndex: 7n });
    expect(messageOf(number)).toContain('is invalid because it did not come from this stream.');
  });

  it('name the wrong member', () => {
    const request = { ShardIteratorType: AT, StartingSequenceNumber: numberOf(0, 7n) } as const;
    const shard = { ...shardAt(0), startingSequenceNumber: 'x' };
    expect(() => resolvePosition(request, shard, NAMES, NOW_MS)).toThrow(
      /^shard\.startingSequenceNumber must be a sequence number, /,
    );
    const at = { ShardIteratorType: 'AT_TIMESTAMP' as const };
    for (const [Timestamp, error] of [
      [{}, new TypeError('Timestamp must be a Date: got an object')],
      [new Date(Number.NaN), new RangeError('Timestamp must be a valid Date: got an invalid one')],
    ] as const) {
      const request = { ...at, Timestamp: Timestamp as Date };
      const whole = { ...shard, startingSequenceNumber: '1' };
      expect(() => resolvePosition(request, whole, NAMES, NOW_MS)).toThrow(error);
    }
    const record = { sequenceNumber: '1', arrivedAtMs: 0 };
    expect(() => isVisibleFrom(record, { atMs: 0.5 })).toThrow('position.atMs must be ');
    expect(() => isVisibleFrom({ ...record, arrivedAtMs: 0.5 }, { atMs: 0 })).toThrow(
      'record.arrivedAtMs must be ',
    );
  });

  const at = { ShardIteratorType: AT, StartingSequenceNumber: 5 as never } as const;
  const nothing = undefined as never;
  const latest = { ShardIteratorType: 'LATEST' } as const;

  it.each<[() => unknown, string]>([
    [() => isVisibleFrom(nothing, { atMs: 0 }), 'record must be an object: got undefined'],
    [
      () => isVisibleFrom({ SequenceNumber: '1' } as never, { atSequenceNumber: '1' }),
      'record.sequenceNumber must be a string: got undefined',
    ],
    [
      () =>
        isVisibleFrom({ sequenceNumber: '1', arrivedAtMs: 0 }, { atSequenceNumber: 1 } as never),
      'position.atSequenceNumber must be a string: got 1',
    ],
    [
      () => isVisibleFrom({ sequenceNumber: '1', arrivedAtMs: 0 }, {} as never),
      'position.afterSequenceNumber must be a string: got undefined',
    ],
    [
      () => isVisibleFrom({ sequenceNumber: '1', arrivedAtMs: 0 }, nothing),
      'position must be an object: got undefined',
    ],
    [
      () => resolvePosition(nothing, shardAt(0), NAMES, 0),
      'request must be an object: got undefined',
    ],
    [
      () => resolvePosition({ ShardIteratorType: Object.create(null) }, shardAt(0), NAMES, 0),
      'ShardIteratorType must be a string: got an object',
    ],
    [() => resolvePosition(latest, nothing, NAMES, 0), 'shard must be an object: got undefined'],
    [
      () => resolvePosition(latest, shardAt(0), nothing, 0),
      'stream must be an object: got undefined',
    ],
    [
      () => resolvePosition(latest, { ...shardAt(0), shardId: Symbol() as never }, NAMES, 0),
      'shard.shardId must be a string: got symbol',
    ],
    [
      () => resolvePosition(latest, { ...shardAt(0), lastSequenceNumber: nothing }, NAMES, 0),
      'shard.lastSequenceNumber must be a string: got undefined',
    ],
    [
      () => resolvePosition(latest, shardAt(0), { ...NAMES, streamName: Symbol() as never }, 0),
      'stream.streamName must be a string: got symbol',
    ],
    [
      () => resolvePosition(latest, shardAt(0), { streamName: 'a' } as never, 0),
      'stream.accountId must be a string: got undefined',
    ],
    [
      () => resolvePosition(nothing, shardAt(0), NAMES, new Date(0) as never),
      'nowMs must be a number: got an object',
    ],
    [
      () => resolvePosition(at, shardAt(0), NAMES, 0),
      'StartingSequenceNumber must be a string: got 5',
    ],
  ])('name the wrong argument: %s', (act, message) => {
    expect(act).toThrow(new TypeError(message));
  });

  it.each<[() => unknown, string]>([
    [
      () => resolvePosition({ ShardIteratorType: 'NOW' as never }, shardAt(0), NAMES, 0),
      "ShardIteratorType must be one of AFTER_SEQUENCE_NUMBER, AT_SEQUENCE_NUMBER, AT_TIMESTAMP, LATEST, TRIM_HORIZON: got the string 'NOW'",
    ],
    [
      () => resolvePosition(latest, shardAt(0), NAMES, Number.NaN),
      'nowMs must be an integer from -9007199254740991 to 9007199254740991: got NaN',
    ],
    [
      () => resolvePosition(latest, { ...shardAt(0), lastSequenceNumber: 'last' }, NAMES, 0),
      "shard.lastSequenceNumber must be a sequence number, 1 to 129 decimal digits without leading zero: got the string 'last'",
    ],
  ])('name the wrong value: %s', (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });

  it('reads each member of an argument once', () => {
    const reads: string[] = [];
    const once = <T extends object>(title: string, target: T): T =>
      new Proxy(target, {
        get: (_, name) => {
          reads.push(`${title}.${String(name)}`);
          return Reflect.get(target, name);
        },
      });
    const StartingSequenceNumber = numberOf(0, 7n);
    const request = { ShardIteratorType: AT, StartingSequenceNumber } as const;
    const position = resolvePosition(
      once('request', request),
      once('shard', shardAt(0)),
      once('stream', NAMES),
      NOW_MS,
    );
    expect(position).toEqual({ ok: true, value: { atSequenceNumber: StartingSequenceNumber } });
    expect(reads).toEqual([...new Set(reads)]);
    expect(reads.length).toBe(8);
  });
});
