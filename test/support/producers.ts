/** Producers for tests, and a service that answers them at once. */

import { createShardMap, type PutRecordsRequestEntry, type Stream, unwrap } from 'shardline';
import {
  createProducer,
  type Producer,
  type ProducerAction,
  type ProducerOptions,
  type PutAction,
  type RecordResult,
} from 'shardline/producer';
import { expect } from 'vitest';
import { NAME, T0 } from './streams.ts';

export function mapOf(stream: Stream, nowMs: number) {
  return unwrap(createShardMap(unwrap(stream.listShards({ StreamName: NAME }, nowMs)).Shards));
}

/** Creates a producer for a stream that was listed at T0. It does not linger. */
export function producerOf(stream: Stream, options: Partial<ProducerOptions> = {}): Producer {
  return createProducer({
    StreamName: NAME,
    shardMap: mapOf(stream, T0),
    listedAtMs: T0,
    lingerMs: 0,
    ...options,
  });
}

/** Returns a record whose data is a text. */
export function textRecord(PartitionKey: string, text: string): PutRecordsRequestEntry {
  return { PartitionKey, Data: new TextEncoder().encode(text) };
}

/** Adds records: `a1` is a record of key `a`. */
export function addAll(producer: Producer, texts: string, nowMs: number): void {
  for (const text of texts.split(' ')) {
    unwrap(producer.add(textRecord(text.charAt(0), text), nowMs));
  }
}

/** Expects a request. */
export function nextPut(producer: Producer, nowMs: number): PutAction {
  const action = producer.next(nowMs);
  if (action.action === 'put') return action;
  throw new Error(`expected a request, got ${JSON.stringify(action)}`);
}

/** Returns the texts of the records in a request. */
export function textsOf({ input }: PutAction): string {
  return input.Records.map(({ Data }) => new TextDecoder().decode(Data)).join(' ');
}

/** Does what a producer asks for, and has the stream answer at once. Returns its last action. */
export function exchange(producer: Producer, stream: Stream, nowMs: number): ProducerAction {
  for (;;) {
    const action = producer.next(nowMs);
    if (action.action === 'wait') return action;
    if (action.action === 'listShards') {
      producer.useShardMap(mapOf(stream, nowMs), nowMs, nowMs);
    } else {
      const output = unwrap(stream.putRecords(action.input, nowMs));
      producer.settle(action.requestId, { output }, nowMs);
    }
  }
}

/** The same until nothing is pending, by a clock that does not wait. Returns its last time. */
export function exchangeAll(producer: Producer, stream: Stream, fromMs: number): number {
  let nowMs = fromMs;
  while (producer.pending.records > 0) {
    const action = exchange(producer, stream, nowMs);
    if (producer.pending.records === 0) break;
    expect(action).toMatchObject({ action: 'wait', untilMs: expect.any(Number) });
    if (action.action === 'wait') nowMs = action.untilMs!;
  }
  return nowMs;
}

/** Returns results as texts, such as `0 ok`, by ascending id. */
export function summarize(results: readonly RecordResult[]): string[] {
  return [...results]
    .sort((a, b) => a.recordId - b.recordId)
    .map((result) =>
      result.ok
        ? `${result.recordId} ok`
        : `${result.recordId} ${result.fault.code}${result.mayBeStored ? ' maybe' : ''}`,
    );
}

/** The response that refuses or takes each record of a request: a code, or `ok`. */
export function responseOf(codes: readonly string[], shardId = 'shardId-000000000000') {
  return {
    output: {
      Records: codes.map((code, i) =>
        code === 'ok'
          ? { ShardId: shardId, SequenceNumber: `${100 + i}` }
          : { ErrorCode: code, ErrorMessage: 'message' },
      ),
    },
  };
}

/** An error as the SDK throws it. */
export function errorOf(name: string): { readonly error: Error } {
  return { error: Object.assign(new Error('message'), { name }) };
}

export const THROTTLED = 'ProvisionedThroughputExceededException';
