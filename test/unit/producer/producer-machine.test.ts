import { KinesisError, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  addAll,
  errorOf,
  exchange,
  exchangeAll,
  mapOf,
  nextPut,
  producerOf,
  responseOf,
  summarize,
  THROTTLED,
  textRecord,
  textsOf,
} from '../../support/producers.ts';
import { autoStream, MIB, NAME, recordOf, split, streamOf, T0 } from '../../support/streams.ts';

const HALF = 2n ** 127n;

describe('add', () => {
  it('returns ascending ids, and counts what is pending', () => {
    const producer = producerOf(streamOf(1));
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
    expect(producer.add(textRecord('é', 'abc'), T0)).toEqual({ ok: true, value: 0 });
    expect(producer.add(textRecord('b', ''), T0)).toEqual({ ok: true, value: 1 });
    expect(producer.pending).toEqual({ records: 2, bytes: 6 });
  });

  it('refuses a record that the service never accepts, in its words', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream);
    const records = [
      { PartitionKey: '', Data: new Uint8Array(1) },
      { Data: new Uint8Array(1) },
      { PartitionKey: 'a', Data: undefined },
      { PartitionKey: 'a', Data: new Uint8Array(MIB) },
      { PartitionKey: 'é'.repeat(257), Data: new Uint8Array(1) },
      { PartitionKey: 'a', ExplicitHashKey: '01', Data: new Uint8Array(1) },
      { PartitionKey: 'a', ExplicitHashKey: `${2n ** 128n}`, Data: new Uint8Array(1) },
    ];
    for (const record of records) {
      const { value: _, ...refused } = { value: 0, ...producer.add(record, T0) };
      expect(refused).toEqual(stream.putRecord({ StreamName: NAME, ...record }, T0));
      expect(refused).toMatchObject({ ok: false });
    }
    expect(producer.add({ PartitionKey: 'a', Data: new Uint8Array(MIB - 1) }, T0).ok).toBe(true);
    expect(producer.pending.records).toBe(1);
  });

  it('takes records up to the limit of the stream', () => {
    const producer = producerOf(streamOf(1), { recordBytesMax: 10 * MIB });
    expect(producer.add(recordOf(10 * MIB), T0).ok).toBe(true);
    expect(producer.add(recordOf(10 * MIB + 1), T0).ok).toBe(false);
    expect(nextPut(producer, T0).input.Records).toHaveLength(1);
  });

  it('refuses a record that does not fit, and says when to come back', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { pendingBytesMax: MIB, lingerMs: 40 });
    unwrap(producer.add(recordOf(MIB), T0));
    const refused = producer.add(recordOf(1), T0);
    expect(refused).toMatchObject({
      ok: false,
      fault: { code: 'PendingBytesExceeded', blame: 'client' },
      retryAfterMs: 40,
    });
    expect(() => unwrap(refused)).toThrow(KinesisError);
    const { requestId } = nextPut(producer, T0 + 40);
    // A response may come at any time, not only when the record expires.
    expect(producer.add(recordOf(1), T0 + 40)).toMatchObject({ ok: false, retryAfterMs: 1000 });
    producer.settle(requestId, responseOf(['ok']), T0 + 41);
    expect(producer.add(recordOf(1), T0 + 41)).toEqual({ ok: true, value: 1 });
  });

  it('reads each member once, and may be called from a getter', () => {
    const producer = producerOf(streamOf(1));
    const reads: string[] = [];
    const record = new Proxy(textRecord('a', 'outer'), {
      get: (target, name) => {
        reads.push(String(name));
        if (name === 'Data') unwrap(producer.add(textRecord('a', 'inner'), T0));
        return Reflect.get(target, name);
      },
    });
    expect(producer.add(record, T0)).toEqual({ ok: true, value: 1 });
    expect(reads.sort()).toEqual(['Data', 'ExplicitHashKey', 'PartitionKey']);
    expect(textsOf(nextPut(producer, T0))).toBe('inner');
  });

  it('references Data, and takes null as absent', () => {
    const producer = producerOf(streamOf(1));
    const Data = Uint8Array.of(1);
    unwrap(producer.add({ PartitionKey: 'a', ExplicitHashKey: null as never, Data }, T0));
    const [sent] = nextPut(producer, T0).input.Records;
    expect(sent).toEqual({ PartitionKey: 'a', Data });
    expect(sent!.Data).toBe(Data);
  });

  it.each([
    [7, 'record must be an object: got 7'],
    [{ PartitionKey: 7, Data: new Uint8Array(1) }, 'request.PartitionKey must be a string: got 7'],
    [{ PartitionKey: 'a', Data: 'text' }, 'request.Data must be a Uint8Array: got the string '],
  ])('throws for a record of the wrong type, case %#', (record, message) => {
    const producer = producerOf(streamOf(1));
    expect(() => producer.add(record as never, T0)).toThrow(message);
    expect(producer.pending.records).toBe(0);
  });
});

describe('next', () => {
  it('waits without a time if there are no records', () => {
    expect(producerOf(streamOf(1)).next(T0)).toEqual({ action: 'wait' });
  });

  it('names the stream as the caller does', () => {
    const StreamARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';
    const producer = producerOf(streamOf(1), { StreamName: undefined, StreamARN });
    addAll(producer, 'a1', T0);
    expect(nextPut(producer, T0).input).toEqual({
      StreamARN,
      Records: [textRecord('a', 'a1')],
    });
  });

  it.each(['none', 'shard'] as const)('lets records linger, with aggregation %s', (aggregation) => {
    const producer = producerOf(streamOf(2), { lingerMs: 100, aggregation });
    addAll(producer, 'a1', T0);
    addAll(producer, 'b1', T0 + 60);
    expect(producer.next(T0 + 99)).toEqual({ action: 'wait', untilMs: T0 + 100 });
    expect(nextPut(producer, T0 + 100).input.Records).toHaveLength(2);
    expect(producer.next(T0 + 100)).toMatchObject({ action: 'wait' });
  });

  it('does not linger with 500 records', () => {
    const producer = producerOf(streamOf(2), { lingerMs: 100 });
    for (let i = 0; i < 499; i++) unwrap(producer.add(textRecord(`${i}`, ''), T0));
    expect(producer.next(T0)).toMatchObject({ action: 'wait' });
    unwrap(producer.add(textRecord('499', ''), T0));
    expect(nextPut(producer, T0).input.Records).toHaveLength(500);
  });

  it('does not linger with 10 MiB', () => {
    const stream = streamOf(16);
    const producer = producerOf(stream, { lingerMs: 100 });
    const { shards } = mapOf(stream, T0);
    const add = (i: number, bytes: number) => {
      const ExplicitHashKey = `${shards[i]!.startingHashKey}`;
      unwrap(
        producer.add(recordOf(bytes, { PartitionKey: 'abcdefghijklm'[i]!, ExplicitHashKey }), T0),
      );
    };
    for (let i = 0; i < 9; i++) add(i, MIB);
    add(9, MIB - 1);
    expect(producer.next(T0)).toMatchObject({ action: 'wait' });
    add(12, 1);
    expect(nextPut(producer, T0).input.Records.length).toBe(11);
  });

  it('does not linger with a full aggregated record', () => {
    const producer = producerOf(streamOf(1), { lingerMs: 100, aggregation: 'shard' });
    for (let i = 0; i < 51; i++) unwrap(producer.add(recordOf(1000, { PartitionKey: 'k' }), T0));
    expect(producer.next(T0)).toMatchObject({ action: 'wait' });
    unwrap(producer.add(recordOf(1000, { PartitionKey: 'k' }), T0));
    const [record] = nextPut(producer, T0).input.Records;
    expect(record!.Data.length).toBeLessThanOrEqual(51_200);
    expect(record!.Data.length).toBeGreaterThan(50_000);
  });

  it('keeps to the number of requests in flight', () => {
    const producer = producerOf(streamOf(1), { requestsInFlightMax: 2 });
    addAll(producer, 'a1', T0);
    nextPut(producer, T0);
    addAll(producer, 'b1', T0);
    nextPut(producer, T0);
    addAll(producer, 'c1', T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 30_000 });
    producer.settle(0, responseOf(['ok']), T0);
    expect(textsOf(nextPut(producer, T0))).toBe('c1');
  });

  it('sends no record that its shard would refuse', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { order: 'none' });
    for (let i = 0; i < 1003; i++) unwrap(producer.add(textRecord('a', ''), T0));
    expect(exchange(producer, stream, T0)).toEqual({ action: 'wait', untilMs: T0 + 25 });
    expect(producer.pending.records).toBe(3);
    expect(exchangeAll(producer, stream, T0)).toBe(T0 + 25);
  });

  it('gives every shard its turn', () => {
    const stream = streamOf(2);
    const producer = producerOf(stream, { order: 'none' });
    for (let i = 0; i < 1200; i++) unwrap(producer.add(textRecord('a', ''), T0));
    for (let i = 0; i < 10; i++) unwrap(producer.add(textRecord('b', 'b'), T0));
    expect(textsOf(nextPut(producer, T0))).not.toContain('b');
    expect(textsOf(nextPut(producer, T0))).toContain('b');
  });

  it('takes a clock that steps back to stand still', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { lingerMs: 100 });
    addAll(producer, 'a1', T0 + 1000);
    expect(producer.next(T0 + 50)).toEqual({ action: 'wait', untilMs: T0 + 150 });
    expect(producer.next(T0 + 149)).toEqual({ action: 'wait', untilMs: T0 + 150 });
    expect(textsOf(nextPut(producer, T0 + 150))).toBe('a1');
  });

  it.each([Number.NaN, -1, 0.5, '0'])('throws for the time %s', (nowMs) => {
    const producer = producerOf(streamOf(1));
    expect(() => producer.next(nowMs as never)).toThrow(/^nowMs must /);
    expect(() => producer.settle(0, responseOf([]), nowMs as never)).toThrow(/^nowMs must /);
    expect(() => producer.flush(nowMs as never)).toThrow(/^nowMs must /);
  });
});

describe('settle', () => {
  it('reports what is stored, and where', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf(['ok', 'ok']), T0);
    const shardId = 'shardId-000000000000';
    expect(producer.takeResults()).toEqual([
      { recordId: 0, ok: true, shardId, sequenceNumber: '100' },
      { recordId: 1, ok: true, shardId, sequenceNumber: '101' },
    ]);
    expect(producer.takeResults()).toEqual([]);
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
  });

  it('reports results of several responses together, without the records to be sent again', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 c1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf(['ok', THROTTLED, 'ok']), T0);
    const nowMs = T0 + 1000;
    addAll(producer, 'd1', nowMs);
    const { requestId, input } = nextPut(producer, nowMs);
    producer.settle(requestId, responseOf(input.Records.map(() => 'ok' as const)), nowMs);
    addAll(producer, 'e1', nowMs);
    producer.settle(nextPut(producer, nowMs).requestId, responseOf([THROTTLED]), nowMs);
    expect(summarize(producer.takeResults())).toStrictEqual(['0 ok', '1 ok', '2 ok', '3 ok']);
  });

  it('sends a refused record again after a pause of its shard that doubles', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    let nowMs = T0;
    const pauses = [50, 100, 200, 400, 800, 1000, 1000].map((pauseMs) => {
      producer.settle(nextPut(producer, nowMs).requestId, responseOf([THROTTLED]), nowMs);
      expect(producer.next(nowMs)).toEqual({ action: 'wait', untilMs: nowMs + pauseMs });
      nowMs += pauseMs;
      return pauseMs;
    });
    expect(pauses).toHaveLength(7);
    producer.settle(nextPut(producer, nowMs).requestId, responseOf(['ok']), nowMs);
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
    addAll(producer, 'a2', nowMs);
    producer.settle(nextPut(producer, nowMs).requestId, responseOf([THROTTLED]), nowMs);
    expect(producer.next(nowMs)).toEqual({ action: 'wait', untilMs: nowMs + 50 });
  });

  it('does not pause other shards', () => {
    const producer = producerOf(streamOf(2));
    addAll(producer, 'a1 b1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([THROTTLED, 'ok']), T0);
    addAll(producer, 'a2 b2 e1', T0);
    expect(textsOf(nextPut(producer, T0))).toBe('b2 e1');
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1');
  });

  it.each([
    ['TimeoutError', 50],
    ['InternalFailure', 50],
    ['ServiceUnavailableException', 50],
    ['SomethingNew', 50],
    ['ExpiredTokenException', 50],
    ['ThrottlingException', 1000],
    ['KMSThrottlingException', 1000],
    ['LimitExceededException', 1000],
  ])('sends everything again after %s, %i ms later', (name, pauseMs) => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 a2', T0);
    let nowMs = T0;
    for (const factor of [1, 2, 4]) {
      producer.settle(nextPut(producer, nowMs).requestId, errorOf(name), nowMs);
      expect(producer.next(nowMs)).toEqual({ action: 'wait', untilMs: nowMs + factor * pauseMs });
      nowMs += factor * pauseMs;
    }
    const put = nextPut(producer, nowMs);
    expect(textsOf(put)).toBe('a1 b1');
    producer.settle(put.requestId, responseOf(['ok', 'ok']), nowMs);
    expect(textsOf(nextPut(producer, nowMs))).toBe('a2');
  });

  it('pauses at most 20 s after failed requests', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 80_000_000 });
    addAll(producer, 'a1', T0);
    let nowMs = T0;
    for (let i = 0; i < 12; i++) {
      producer.settle(nextPut(producer, nowMs).requestId, errorOf('TimeoutError'), nowMs);
      const action = producer.next(nowMs);
      if (action.action === 'wait') nowMs = action.untilMs!;
    }
    producer.settle(nextPut(producer, nowMs).requestId, errorOf('TimeoutError'), nowMs);
    expect(producer.next(nowMs)).toEqual({ action: 'wait', untilMs: nowMs + 20_000 });
  });

  it.each([
    'AccessDeniedException',
    'InvalidArgumentException',
    'KMSAccessDeniedException',
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSNotFoundException',
    'KMSOptInRequired',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'SerializationException',
    'ValidationException',
  ])('gives up after %s', (name) => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 a2', T0);
    producer.settle(nextPut(producer, T0).requestId, errorOf(name), T0);
    expect(producer.takeResults()).toEqual([
      {
        recordId: 0,
        ok: false,
        fault: { code: name, message: 'message', blame: 'client' },
        mayBeStored: false,
      },
      {
        recordId: 1,
        ok: false,
        fault: { code: name, message: 'message', blame: 'client' },
        mayBeStored: false,
      },
    ]);
    expect(textsOf(nextPut(producer, T0))).toBe('a2');
  });

  it('says whether a record may be stored', () => {
    const codeOf = (outcome: Parameters<ReturnType<typeof producerOf>['settle']>[1]) => {
      const producer = producerOf(streamOf(1), { recordTtlMs: 10 });
      addAll(producer, 'a1', T0);
      producer.settle(nextPut(producer, T0).requestId, outcome, T0);
      producer.next(T0 + 10);
      return summarize(producer.takeResults())[0];
    };
    expect(codeOf(responseOf([THROTTLED]))).toBe('0 RecordExpired');
    expect(codeOf(errorOf('ThrottlingException'))).toBe('0 RecordExpired');
    expect(codeOf(responseOf(['InternalFailure']))).toBe('0 RecordExpired maybe');
    expect(codeOf(responseOf(['SomethingNew']))).toBe('0 RecordExpired maybe');
    expect(codeOf(errorOf('TimeoutError'))).toBe('0 RecordExpired maybe');
    expect(codeOf(responseOf([]))).toBe('0 RecordExpired maybe');
  });

  it('names the last error of a record that was pending for too long', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 10 });
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([]), T0);
    producer.next(T0 + 10);
    const message =
      'The record was pending for 10 ms; the last error was InvalidResponse: ' +
      'expected an entry for each of 1 records, got 0';
    expect(producer.takeResults()).toMatchObject([{ fault: { code: 'RecordExpired', message } }]);
  });

  it.each([
    [new Error('connect ECONNREFUSED 127.0.0.1:1'), 'Error: connect ECONNREFUSED 127.0.0.1:1'],
    [
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      'AggregateError: ECONNREFUSED',
    ],
    [new Error(''), 'Error'],
    [new Error('\u001b[2J'), 'Error: \\u001b[2J'],
    [new Error('x'.repeat(10_000)), `Error: ${'x'.repeat(193)}`],
  ])('says what the last error was, case %#', (error, text) => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 10 });
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, { error }, T0);
    producer.next(T0 + 10);
    const message = `The record was pending for 10 ms; the last error was ${text}`;
    expect(producer.takeResults()).toMatchObject([{ fault: { message } }]);
  });

  it.each([
    ['too few entries', { Records: [{ ShardId: 's', SequenceNumber: '1' }] }],
    ['too many entries', { Records: new Array(3).fill({ ShardId: 's', SequenceNumber: '1' }) }],
    ['no entries', { Records: [] }],
    ['no Records', {}],
    ['null for Records', { Records: null }],
    ['another list', { Records: 'ab' as never }],
    ['null for the output', null as never],
    ['a text for the output', 'ab' as never],
  ])('sends everything again after a response with %s', (_, output) => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1', T0);
    producer.settle(nextPut(producer, T0).requestId, { output }, T0);
    expect(producer.takeResults()).toEqual([]);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1 b1');
  });

  it.each([
    ['nothing', {}],
    ['null', null as never],
    ['only a shard', { ShardId: 'shardId-000000000000' }],
    ['only a number', { SequenceNumber: '1' }],
    ['null for both', { ShardId: null as never, SequenceNumber: null as never }],
    ['numbers', { ShardId: 1 as never, SequenceNumber: 1 as never }],
    ['an error beside a number', { ErrorCode: 'X', ShardId: 's', SequenceNumber: '1' }],
    ['an unknown error', { ErrorCode: 'SomethingNew' }],
    ['an empty error', { ErrorCode: '' }],
    ['an error that is not a text', { ErrorCode: 7 as never }],
  ])('sends a record again whose entry has %s, and only this one', (_, entry) => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 c1', T0);
    const { output } = responseOf(['ok', 'ok', 'ok']);
    output.Records[1] = entry as never;
    producer.settle(nextPut(producer, T0).requestId, { output }, T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ok', '2 ok']);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('b1');
  });

  it('ignores a response to a settled request', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    const { requestId } = nextPut(producer, T0);
    producer.settle(requestId, errorOf('TimeoutError'), T0);
    producer.settle(requestId, responseOf(['ok']), T0);
    producer.settle(requestId, errorOf('ValidationException'), T0);
    expect(producer.takeResults()).toEqual([]);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1');
  });

  it.each([
    [1, responseOf(['ok']), 'requestId must be an id from next: got 1'],
    [-1, responseOf(['ok']), 'requestId must be an integer from 0 to '],
    ['0', responseOf(['ok']), 'requestId must be a number: got '],
    [0, {}, 'outcome must have either an output or an error: got neither'],
    [0, { output: {}, error: 1 }, 'outcome must have either an output or an error: got both'],
    [0, { output: undefined }, 'outcome must have either an output or an error: got neither'],
    [0, undefined, 'outcome must be an object: got undefined'],
  ])('throws for a caller’s bug and changes nothing, case %#', (requestId, outcome, message) => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    nextPut(producer, T0);
    expect(() => producer.settle(requestId as never, outcome as never, T0)).toThrow(message);
    producer.settle(0, responseOf(['ok']), T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
  });

  it.each([undefined, null, 'text', 7, {}, { name: 7, message: 7 }])(
    'takes whatever was thrown as an error: %o',
    (error) => {
      const producer = producerOf(streamOf(1));
      addAll(producer, 'a1', T0);
      producer.settle(nextPut(producer, T0).requestId, { error }, T0);
      expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1');
    },
  );

  it('multiplies pauses with the jitter', () => {
    const draws = [0.5, 0];
    const producer = producerOf(streamOf(1), { jitter: () => draws.shift()! });
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([THROTTLED]), T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 25 });
    producer.settle(nextPut(producer, T0 + 25).requestId, responseOf([THROTTLED]), T0 + 25);
    expect(producer.next(T0 + 25)).toEqual({ action: 'wait', untilMs: T0 + 26 });
  });

  it.each([Number.NaN, -0.1, 1.1, '1', undefined])('throws for the jitter %s', (value) => {
    let isBroken = true;
    const producer = producerOf(streamOf(1), { jitter: () => (isBroken ? value : 1) as never });
    addAll(producer, 'a1', T0);
    const { requestId } = nextPut(producer, T0);
    expect(() => producer.settle(requestId, responseOf([THROTTLED]), T0)).toThrow(
      /^jitter must return a number from 0 to 1: got /,
    );
    isBroken = false;
    producer.settle(requestId, responseOf(['ok']), T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
  });

  it('may be called from the jitter and from a getter of the response', () => {
    const run = (isFromGetter: boolean) => {
      const inner = () => producer.settle(0, responseOf(['ok']), T0);
      const producer = producerOf(streamOf(1), {
        jitter: () => {
          if (!isFromGetter) inner();
          return 1;
        },
      });
      addAll(producer, 'a1', T0);
      nextPut(producer, T0);
      const entry = {
        get ErrorCode() {
          if (isFromGetter) inner();
          return THROTTLED;
        },
      };
      producer.settle(0, { output: { Records: [entry] } }, T0);
      expect(summarize(producer.takeResults())).toEqual(['0 ok']);
      expect(producer.next(T0)).toEqual({ action: 'wait' });
    };
    run(true);
    run(false);
  });
});

describe('order', () => {
  it('sends one record of a key at a time', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 a2 b1 a3', T0);
    expect(textsOf(nextPut(producer, T0))).toBe('a1 b1');
    expect(producer.next(T0)).toMatchObject({ action: 'wait' });
    producer.settle(0, responseOf([THROTTLED, 'ok']), T0);
    addAll(producer, 'a4', T0);
    const sent: string[] = [];
    while (producer.pending.records > 0) {
      const put = nextPut(producer, T0 + 50);
      sent.push(textsOf(put));
      producer.settle(put.requestId, responseOf(['ok']), T0 + 50);
    }
    expect(sent).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('goes on with the next record of a key after one that failed', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 100 });
    addAll(producer, 'a1', T0);
    addAll(producer, 'a2', T0 + 60);
    producer.settle(nextPut(producer, T0 + 60).requestId, responseOf([THROTTLED]), T0 + 60);
    expect(textsOf(nextPut(producer, T0 + 110))).toBe('a2');
    expect(summarize(producer.takeResults())).toEqual(['0 RecordExpired']);
  });

  it('sends several records of a key at a time if order is none', () => {
    const producer = producerOf(streamOf(1), { order: 'none' });
    addAll(producer, 'a1 a2 a3', T0);
    expect(textsOf(nextPut(producer, T0))).toBe('a1 a2 a3');
    addAll(producer, 'a4', T0);
    expect(textsOf(nextPut(producer, T0))).toBe('a4');
  });

  it('sends one aggregated record of a shard at a time', () => {
    const producer = producerOf(streamOf(2), { aggregation: 'shard' });
    addAll(producer, 'a1 b1', T0);
    expect(nextPut(producer, T0).input.Records).toHaveLength(2);
    addAll(producer, 'a2 b2', T0);
    expect(producer.next(T0)).toMatchObject({ action: 'wait' });
    producer.settle(0, responseOf(['ok', 'ok']), T0);
    expect(nextPut(producer, T0).input.Records).toHaveLength(2);
  });
});

describe('expiry', () => {
  it('ends a record that is not sent', () => {
    const producer = producerOf(streamOf(1), { lingerMs: 1000, recordTtlMs: 100 });
    addAll(producer, 'a1 a2', T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 100 });
    expect(producer.next(T0 + 100)).toEqual({ action: 'wait' });
    expect(producer.takeResults()).toMatchObject([
      { recordId: 0, fault: { code: 'RecordExpired' }, mayBeStored: false },
      { recordId: 1, fault: { code: 'RecordExpired' }, mayBeStored: false },
    ]);
  });

  it('lets the response decide about a record that is sent', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 100 });
    addAll(producer, 'a1 b1', T0);
    nextPut(producer, T0);
    expect(producer.next(T0 + 100)).toEqual({ action: 'wait' });
    expect(producer.takeResults()).toEqual([]);
    producer.settle(0, responseOf(['ok', THROTTLED]), T0 + 200);
    expect(producer.takeResults()).toMatchObject([
      { recordId: 0, ok: true },
      {
        recordId: 1,
        fault: {
          code: 'RecordExpired',
          message: `The record was pending for 100 ms; the last error was ${THROTTLED}: message`,
        },
      },
    ]);
  });
});

describe('the shard map', () => {
  it('knows the shard of a response that closed while the response was under way', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { aggregation: 'shard' });
    addAll(producer, 'a1 a2', T0);
    const put = nextPut(producer, T0);
    unwrap(split(stream, '0', HALF, T0));
    const output = unwrap(stream.putRecords(put.input, T0));
    const { ShardId } = output.Records[0]!;
    producer.useShardMap(mapOf(stream, T0 + 1), T0 + 1, T0 + 1);
    const { startingHashKey } = stream.shardMap(T0 + 1).get(ShardId!)!;
    unwrap(split(stream, ShardId!, startingHashKey + 2n, T0 + 1));
    producer.useShardMap(mapOf(stream, T0 + 2), T0 + 2, T0 + 2);
    producer.settle(put.requestId, { output }, T0 + 3);
    expect(summarize(producer.takeResults())).toEqual(['0 ok', '1 ok']);
  });

  /** A producer that has just seen that its map is stale. */
  function staleProducer() {
    const stream = streamOf(1);
    const producer = producerOf(stream);
    unwrap(split(stream, '0', HALF, T0 + 1));
    addAll(producer, 'a1', T0 + 1);
    const { requestId, input } = nextPut(producer, T0 + 1);
    producer.settle(requestId, { output: unwrap(stream.putRecords(input, T0 + 1)) }, T0 + 1);
    return { stream, producer };
  }

  it('is wanted once when a response says so', () => {
    const { stream, producer } = staleProducer();
    expect(producer.next(T0 + 1)).toEqual({ action: 'listShards' });
    expect(producer.next(T0 + 1)).toEqual({ action: 'wait' });
    producer.useShardMap(mapOf(stream, T0 + 2), T0 + 2, T0 + 2);
    expect(producer.next(T0 + 2)).toEqual({ action: 'wait' });
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
  });

  it('is wanted again later if it could not be listed', () => {
    const { producer } = staleProducer();
    let nowMs = T0 + 1;
    for (const pauseMs of [1000, 1500, 2250, 3375, 5063, 7594, 11_391, 17_086, 25_629, 30_000]) {
      expect(producer.next(nowMs)).toEqual({ action: 'listShards' });
      producer.listShardsFailed(nowMs);
      expect(producer.next(nowMs)).toEqual({ action: 'wait', untilMs: nowMs + pauseMs });
      nowMs += pauseMs;
    }
  });

  it('is ignored if it is older than the current one', () => {
    const { stream, producer } = staleProducer();
    producer.next(T0 + 1);
    producer.useShardMap(mapOf(stream, T0 + 1), T0 - 1, T0 + 5);
    expect(producer.next(T0 + 5)).toEqual({ action: 'wait', untilMs: T0 + 1005 });
    expect(producer.next(T0 + 1005)).toEqual({ action: 'listShards' });
  });

  it('may come unasked, and moves what waits', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { lingerMs: 50, order: 'none' });
    for (let i = 0; i < 1500; i++) unwrap(producer.add(textRecord(`${i}`, ''), T0));
    unwrap(split(stream, '0', HALF, T0));
    producer.useShardMap(mapOf(stream, T0), T0, T0);
    exchange(producer, stream, T0);
    expect(producer.pending.records).toBe(0);
  });

  it('throws for a value that is not a map', () => {
    const producer = producerOf(streamOf(1));
    expect(() => producer.useShardMap({} as never, T0, T0)).toThrow(TypeError);
    expect(() => producer.useShardMap(mapOf(streamOf(1), T0), -1, T0)).toThrow(RangeError);
  });
});

describe('flush', () => {
  it.each(['none', 'shard'] as const)(
    'ends the waiting until nothing is pending, with aggregation %s',
    (aggregation) => {
      const stream = streamOf(1);
      const producer = producerOf(stream, { lingerMs: 1000, aggregation });
      addAll(producer, 'a1', T0);
      expect(producer.next(T0)).toMatchObject({ action: 'wait' });
      producer.flush(T0);
      const first = nextPut(producer, T0);
      addAll(producer, 'b1', T0);
      if (aggregation === 'none') expect(textsOf(nextPut(producer, T0))).toBe('b1');
      producer.settle(first.requestId, responseOf(['ok']), T0);
      if (aggregation === 'shard') expect(textsOf(nextPut(producer, T0))).toBe('b1');
      producer.settle(1, responseOf(['ok']), T0);
      expect(producer.pending.records).toBe(0);
      addAll(producer, 'c1', T0);
      expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 1000 });
    },
  );

  it('does nothing without records', () => {
    const producer = producerOf(streamOf(1), { lingerMs: 1000 });
    producer.flush(T0);
    addAll(producer, 'a1', T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 1000 });
  });
});

describe('drain', () => {
  it('takes out what is pending, in order, and forgets requests', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 100 });
    addAll(producer, 'a1 b1', T0);
    addAll(producer, 'a2', T0 + 1);
    nextPut(producer, T0 + 1);
    producer.next(T0 + 100);
    addAll(producer, 'c1', T0 + 100);
    expect(producer.drain()).toEqual([
      { recordId: 0, record: textRecord('a', 'a1'), mayBeStored: true },
      { recordId: 1, record: textRecord('b', 'b1'), mayBeStored: true },
      { recordId: 2, record: textRecord('a', 'a2'), mayBeStored: false },
      { recordId: 3, record: textRecord('c', 'c1'), mayBeStored: false },
    ]);
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
    producer.settle(0, responseOf(['ok', 'ok']), T0 + 101);
    expect(producer.takeResults()).toEqual([]);
    expect(producer.next(T0 + 101)).toEqual({ action: 'wait' });
    addAll(producer, 'a3', T0 + 101);
    expect(textsOf(nextPut(producer, T0 + 101))).toBe('a3');
    expect(producer.drain()).toHaveLength(1);
    expect(producer.drain()).toEqual([]);
  });

  it('leaves budgets as they are', () => {
    const producer = producerOf(streamOf(1), { order: 'none' });
    for (let i = 0; i < 1000; i++) unwrap(producer.add(textRecord('a', ''), T0));
    nextPut(producer, T0);
    nextPut(producer, T0);
    producer.drain();
    addAll(producer, 'a1', T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 25 });
  });
});

describe('an AUTO stream', () => {
  it('needs no keys, and no shard is unexpected', () => {
    const stream = autoStream();
    const producer = producerOf(stream, { recordDistributionStrategy: 'AUTO' });
    for (let i = 0; i < 5000; i++) unwrap(producer.add({ Data: new Uint8Array(1) }, T0));
    const untilMs = exchangeAll(producer, stream, T0 + 1);
    expect(untilMs).toBeLessThan(T0 + 3000);
    expect(producer.takeResults().filter(({ ok }) => ok)).toHaveLength(5000);
  });
});
