/** The events of a subscription, as messages in the event-stream encoding of AWS. */

import { setTimeout as sleep } from 'node:timers/promises';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ShardSubscription } from 'shardline';
import type { Format } from './formats.ts';
import type { Emulator } from './operations.ts';

/** The content type of a response that is a stream of events. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/**
 * How often a subscription looks for records. The pause keeps messages apart, as lifion-kinesis
 * needs them: its parser loses the second of two that arrive together.
 */
const POLL_MS = 100;

/** After this many looks without a record, an empty event says how far the subscription is. */
const POLLS_PER_EMPTY_EVENT = 50;

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

interface EventOptions {
  /** The content type of an event. */
  readonly type: string;
  readonly format: Format;
  /** Ends the events at once. */
  readonly signal: AbortSignal;
}

/**
 * Writes the events of a subscription until it is over. Nothing is read from the store before the
 * client has taken what was written.
 *
 * @throws {Error} An AbortError, at the signal.
 */
export async function* writeEvents(
  emulator: Emulator,
  subscription: ShardSubscription,
  { type, format, signal }: EventOptions,
): AsyncGenerator<Uint8Array> {
  const write = (kind: 'event' | 'exception', name: string, value: object): Uint8Array =>
    codec.encode({
      headers: {
        ':message-type': textOf(kind),
        [`:${kind}-type`]: textOf(name),
        ':content-type': textOf(type),
      },
      body: Buffer.from(format.write(value)),
    });
  yield write('event', 'initial-response', {});
  let polls = POLLS_PER_EMPTY_EVENT;
  for (; ; polls++) {
    await sleep(POLL_MS, undefined, { signal });
    let event: ReturnType<Emulator['readEvent']>;
    try {
      event = emulator.readEvent(subscription);
    } catch (error) {
      console.error(error);
      yield write('exception', 'InternalFailureException', {});
      return;
    }
    if (event === undefined) return;
    if (!event.ok) {
      const { code, message } = event.fault;
      yield write('exception', code, { message });
      return;
    }
    const { Records, ChildShards } = event.value;
    if (Records.length > 0 || ChildShards !== undefined || polls >= POLLS_PER_EMPTY_EVENT) {
      polls = 0;
      yield write('event', 'SubscribeToShardEvent', event.value);
    }
  }
}

function textOf(value: string): { type: 'string'; value: string } {
  return { type: 'string', value };
}
