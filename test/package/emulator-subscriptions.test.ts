/** SubscribeToShard of the example emulator, with the AWS SDK over HTTP/2 and HTTP/1.1. */

import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DeregisterStreamConsumerCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  type StartingPosition,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { decode, encode, Tagged } from 'cborg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ACCOUNT,
  type Harness,
  type HttpVersion,
  headersOf,
  REGION,
  startHarness,
} from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';

const StreamName = 'orders';
const StreamARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${StreamName}`;
const SHARD = 'shardId-000000000000';
const MINUTE_MS = 60_000;
const BATCHES = 10;
const BATCH = 50;
const HORIZON: StartingPosition = { Type: 'TRIM_HORIZON' };

const running: Harness[] = [];
const sessions: ClientHttp2Session[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const session of sessions.splice(0)) session.destroy();
  await Promise.all(running.splice(0).map((harness) => harness.close()));
});

/** A stream of one shard with one consumer. */
async function start(version: HttpVersion = 'HTTP/2') {
  const harness = await startHarness({ throughput: 'unlimited' }, version);
  running.push(harness);
  const { client } = harness;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const request = { StreamARN, ConsumerName: 'reader' };
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand(request));
  const ConsumerARN = Consumer!.ConsumerARN!;
  const put = (from: number, count: number, bytes = 1) => {
    const Records = Array.from({ length: count }, (_, i) => ({
      PartitionKey: `key-${from + i}`,
      Data: new Uint8Array(bytes),
    }));
    return client.send(new PutRecordsCommand({ StreamName, Records }));
  };
  const subscribe = async (ShardId = SHARD, position = HORIZON) => {
    const command = { ConsumerARN, ShardId, StartingPosition: position };
    const { EventStream } = await client.send(new SubscribeToShardCommand(command));
    return eventsOf(EventStream!);
  };
  return { harness, client, ConsumerARN, put, subscribe };
}

type EventStream = AsyncIterable<{ readonly SubscribeToShardEvent?: SubscribeToShardEvent }>;

async function* eventsOf(stream: EventStream): AsyncGenerator<SubscribeToShardEvent, void> {
  for await (const { SubscribeToShardEvent } of stream) yield SubscribeToShardEvent!;
}

async function next(events: AsyncGenerator<SubscribeToShardEvent, void>) {
  const { value } = await events.next();
  return value!;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

function connectTo({ url }: Harness): ClientHttp2Session {
  const session = connect(url);
  sessions.push(session);
  return session;
}

/** Sends a SubscribeToShard without the SDK. */
function post(session: ClientHttp2Session, body: object, type?: string): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/',
    ...headersOf('SubscribeToShard', type),
  });
  stream.end(body instanceof Uint8Array ? body : JSON.stringify(body));
  return stream;
}

const keysOf = ({ Records }: SubscribeToShardEvent) => Records!.map((one) => one.PartitionKey!);

describe.each(['HTTP/2', 'HTTP/1.1'] as const)('over %s', (version) => {
  it('a consumer reads through a split, every record once, however often it subscribes', async () => {
    const { harness, client, put, subscribe } = await start(version);
    const seen: string[] = [];
    let isAllPut = false;
    const produce = async () => {
      for (let from = 0; from < BATCHES * BATCH; from += BATCH) {
        if (from === 5 * BATCH) {
          const split = { StreamName, ShardToSplit: SHARD, NewStartingHashKey: `${2n ** 127n}` };
          await client.send(new SplitShardCommand(split));
        }
        await put(from, BATCH);
        await sleep(20);
      }
      isAllPut = true;
    };
    /** Subscribes again after every second event. Returns the children of a closed shard. */
    const read = async (ShardId: string): Promise<string[]> => {
      for (let position = HORIZON; ; harness.nowMs += 5000) {
        const events = await subscribe(ShardId, position);
        for (let count = 0; count < 2; count++) {
          const event = await next(events);
          seen.push(...keysOf(event));
          const { ChildShards, ContinuationSequenceNumber, MillisBehindLatest } = event;
          if (ChildShards !== undefined) {
            expect(ContinuationSequenceNumber).toBeUndefined();
            expect(await events.next()).toEqual({ done: true, value: undefined });
            return ChildShards.map((child) => child.ShardId!);
          }
          position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: ContinuationSequenceNumber };
          if (isAllPut && MillisBehindLatest === 0) return [];
        }
        await events.return();
      }
    };
    const [children] = await Promise.all([read(SHARD), produce()]);
    expect(children).toEqual(['shardId-000000000001', 'shardId-000000000002']);
    for (const child of children) await read(child);
    const all = Array.from({ length: BATCHES * BATCH }, (_, i) => `key-${i}`);
    expect(seen.sort()).toEqual(all.sort());
  });

  it('a subscription ends after five minutes, with all events before', async () => {
    const { harness, put, subscribe } = await start(version);
    await put(0, 3);
    const events = await subscribe();
    const first = await next(events);
    expect(keysOf(first)).toEqual(['key-0', 'key-1', 'key-2']);
    expect(first).toMatchObject({ MillisBehindLatest: 0 });
    expect(first.Records![0]!.Data).toEqual(new Uint8Array(1));
    harness.nowMs += 5 * MINUTE_MS - 1;
    await put(3, 1);
    expect(keysOf(await next(events))).toEqual(['key-3']);
    harness.nowMs += 1;
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a subscription', () => {
  it('is refused to an unknown consumer, and to a second client for five seconds', async () => {
    const { harness, client, ConsumerARN, subscribe } = await start();
    const unknown = {
      ConsumerARN: ConsumerARN.replace('/reader:', '/nobody:'),
      ShardId: SHARD,
      StartingPosition: HORIZON,
    };
    const missing = client.send(new SubscribeToShardCommand(unknown));
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
    await expect(subscribe('shardId-000000000001')).rejects.toThrow(ResourceNotFoundException);

    const first = await subscribe();
    await next(first);
    harness.nowMs += 4999;
    await expect(subscribe()).rejects.toThrow(ResourceInUseException);
    harness.nowMs += 1;
    const second = await subscribe();
    const taken = expect(first.next()).rejects;
    await taken.toMatchObject({
      name: 'ResourceInUseException',
      message: `Another active subscription exists for this consumer: ${ACCOUNT}:${StreamName}:${SHARD}:reader`,
    });
    expect(keysOf(await next(second))).toEqual([]);
  });

  it('fails when its consumer is gone', async () => {
    const { client, ConsumerARN, subscribe } = await start();
    const events = await subscribe();
    await next(events);
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    await expect(events.next()).rejects.toThrow(ResourceNotFoundException);
  });

  it('fails if the emulator does, which prints its error', async () => {
    const { subscribe } = await start();
    const print = vi.spyOn(console, 'error').mockReturnValue();
    vi.spyOn(Emulator.prototype, 'readEvent').mockImplementation(() => {
      throw new Error('broken');
    });
    const events = await subscribe();
    await expect(events.next()).rejects.toMatchObject({ name: 'InternalFailureException' });
    expect(print).toHaveBeenCalledOnce();
  });

  it('ends with its client, and then reads nothing', async () => {
    const { client, ConsumerARN } = await start();
    const readEvent = vi.spyOn(Emulator.prototype, 'readEvent');
    // The SDK gives a subscription a connection of its own, which `client.destroy` does not close.
    const aborting = new AbortController();
    await client.send(
      new SubscribeToShardCommand({ ConsumerARN, ShardId: SHARD, StartingPosition: HORIZON }),
      { abortSignal: aborting.signal },
    );
    await vi.waitFor(() => expect(readEvent.mock.calls.length).toBeGreaterThan(2));
    aborting.abort();
    await sleep(300);
    readEvent.mockClear();
    await sleep(300);
    expect(readEvent).not.toHaveBeenCalled();
  });

  it('ends with the server', async () => {
    const { harness, subscribe } = await start();
    const readEvent = vi.spyOn(Emulator.prototype, 'readEvent');
    const events = await subscribe();
    await next(events);
    running.splice(0);
    await harness.close();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    readEvent.mockClear();
    await sleep(300);
    expect(readEvent).not.toHaveBeenCalled();
  });

  it('ends when its HTTP/2 stream is reset, and leaves the connection usable', async () => {
    const { ConsumerARN, harness } = await start();
    const session = connectTo(harness);
    const stream = post(session, { ConsumerARN, ShardId: SHARD, StartingPosition: HORIZON });
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(codec.decode(first.subarray(0, first.readUInt32BE(0)))).toEqual({
      headers: {
        ':message-type': { type: 'string', value: 'event' },
        ':event-type': { type: 'string', value: 'initial-response' },
        ':content-type': { type: 'string', value: 'application/x-amz-json-1.1' },
      },
      body: new Uint8Array(Buffer.from('{}')),
    });
    stream.close(constants.NGHTTP2_CANCEL);
    await once(stream, 'close');
    const readEvent = vi.spyOn(Emulator.prototype, 'readEvent');
    await sleep(300);
    readEvent.mockClear();
    const again = post(session, { ConsumerARN, ShardId: SHARD, StartingPosition: HORIZON });
    const [head] = (await once(again, 'response')) as [Record<string, unknown>];
    expect(head[':status']).toBe(400);
    await sleep(300);
    expect(readEvent).not.toHaveBeenCalled();
  });

  it('waits for a client that reads slowly', async () => {
    const { ConsumerARN, harness, put } = await start();
    for (let from = 0; from < 2500; from += 500) await put(from, 500, 1000);
    const readEvent = vi.spyOn(Emulator.prototype, 'readEvent');
    const stream = post(connectTo(harness), {
      ConsumerARN,
      ShardId: SHARD,
      StartingPosition: HORIZON,
    });
    await once(stream, 'response');
    await sleep(300);
    // An event has at most 1,000 records. The next is read when the client has taken this one.
    expect(readEvent).toHaveBeenCalledTimes(1);
    let bytes = 0;
    for await (const part of stream) {
      bytes += (part as Buffer).length;
      if (bytes > (2500 * 1000 * 4) / 3) break;
    }
    expect(readEvent.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it('sends events as CBOR to a client that speaks CBOR', async () => {
    const { ConsumerARN, harness, put } = await start();
    await put(0, 1);
    const type = 'application/x-amz-cbor-1.1';
    const request = { ConsumerARN, ShardId: SHARD, StartingPosition: HORIZON };
    const stream = post(connectTo(harness), encode(request), type);
    let bytes = Buffer.alloc(0);
    const bodies: Uint8Array[] = [];
    for await (const part of stream) {
      bytes = Buffer.concat([bytes, part as Buffer]);
      while (bytes.length > 4 && bytes.length >= bytes.readUInt32BE(0)) {
        const end = bytes.readUInt32BE(0);
        bodies.push(codec.decode(bytes.subarray(0, end)).body);
        bytes = bytes.subarray(end);
      }
      if (bodies.length === 2) break;
    }
    const [initial, event] = bodies.map((body) => decode(body, { tags: Tagged.preserve(1) }));
    expect(initial).toEqual({});
    expect(event.Records).toMatchObject([{ PartitionKey: 'key-0', Data: new Uint8Array(1) }]);
  });
});
