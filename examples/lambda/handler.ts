/** A Lambda function that processes the records of a stream, aggregated or not, in order. */

import { deaggregateRecord } from 'shardline/aggregation';

/** The part of Lambda's event for Kinesis that the function uses. */
export interface KinesisEvent {
  readonly Records: readonly {
    readonly eventID: string;
    readonly kinesis: {
      readonly partitionKey: string;
      readonly sequenceNumber: string;
      readonly approximateArrivalTimestamp: number;
      /** Base64. */
      readonly data: string;
    };
  }[];
}

/** One user record. */
export interface Message {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  /** That of the record of the stream. Unique together with `subSequenceNumber`. */
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  /** Set for a broken aggregate, whose data is the whole frame. */
  readonly flaw: string | undefined;
}

/**
 * The records that failed. Lambda retries from the first one on (ReportBatchItemFailures).
 *
 * The list is not read-only, so that a handler is a `KinesisStreamHandler` of `@types/aws-lambda`.
 */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Returns the user records of an event, in order. */
export function* messagesOf(event: KinesisEvent): Generator<Message> {
  for (const { kinesis } of event.Records) {
    const { sequenceNumber, partitionKey } = kinesis;
    const Data = Buffer.from(kinesis.data, 'base64');
    const { records, flaw } = deaggregateRecord({ Data, PartitionKey: partitionKey });
    for (const record of records) {
      yield {
        partitionKey: record.PartitionKey ?? partitionKey,
        explicitHashKey: record.ExplicitHashKey,
        data: record.Data,
        sequenceNumber,
        subSequenceNumber: record.subSequenceNumber,
        flaw,
      };
    }
  }
}

/**
 * Returns a handler that processes one message at a time.
 *
 * To keep the order, it stops at the first failure and reports the record of the stream that holds
 * the message. Lambda retries with this record and all records after it. Messages of the same
 * record that were already processed come again: make `process` idempotent, for example by sequence
 * number and `subSequenceNumber`.
 */
export function createHandler(
  process: (message: Message) => Promise<void> | void,
): (event: KinesisEvent) => Promise<BatchResponse> {
  return async (event) => {
    for (const message of messagesOf(event)) {
      try {
        await process(message);
      } catch (error) {
        console.error(message.sequenceNumber, message.subSequenceNumber, error);
        return { batchItemFailures: [{ itemIdentifier: message.sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
