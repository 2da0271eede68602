/** The example of a Lambda function, on events as Lambda sends them. */

import { describe, expect, it, vi } from 'vitest';
import { createHandler, type KinesisEvent, messagesOf } from '../../examples/lambda/handler.ts';
import recorded from '../recordings/aggregated-records.json' with { type: 'json' };
import { readJson } from '../support/repository.ts';

const aggregated = readJson<KinesisEvent>('examples/lambda/events/aggregated.json');
const broken = readJson<KinesisEvent>('examples/lambda/events/broken.json');

/** The user records of a published frame. */
function published(title: string): readonly unknown[] {
  return recorded
    .find((one) => one.title === title)!
    .records!.map(({ partitionKey, data }) => [partitionKey, data]);
}

describe('the Lambda example', () => {
  it('returns the user records of every record, in order', () => {
    const messages = [...messagesOf(aggregated)];
    expect(
      messages.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString('hex')]),
    ).toEqual([
      ['1', Buffer.from('Hello, this is a test.').toString('hex')],
      ...published('KPL: four keys, four explicit hash keys'),
      ...published('KPL: one key, one explicit hash key, four records'),
      ...published('KPL: three keys'),
    ]);
    const places = messages.map((one) => `${one.sequenceNumber}/${one.subSequenceNumber}`);
    expect(new Set(places).size).toBe(12);
    expect(messages.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual([
      0, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2,
    ]);
  });

  it('reports no failure if there is none', async () => {
    const handle = createHandler(() => {});
    expect(await handle(aggregated)).toEqual({ batchItemFailures: [] });
    expect(await handle({ Records: [] })).toEqual({ batchItemFailures: [] });
  });

  it('stops at the first failure and reports its record; a retry from there misses nothing', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const seen: string[] = [];
    let failures = 1;
    const handle = createHandler(({ sequenceNumber, subSequenceNumber }) => {
      if (sequenceNumber.endsWith('963') && subSequenceNumber === 2 && failures-- > 0) {
        throw new Error('not now');
      }
      seen.push(`${sequenceNumber.slice(-3)}/${subSequenceNumber}`);
    });
    // As @types/aws-lambda declares it: the list is not read-only.
    const response: { batchItemFailures: { itemIdentifier: string }[] } = await handle(aggregated);
    const { batchItemFailures } = response;
    const failed = aggregated.Records[2]!.kinesis.sequenceNumber;
    expect(batchItemFailures).toEqual([{ itemIdentifier: failed }]);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
    const at = aggregated.Records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed);
    await handle({ Records: aggregated.Records.slice(at) });
    const all = [...messagesOf(aggregated)].map(
      (one) => `${one.sequenceNumber.slice(-3)}/${one.subSequenceNumber}`,
    );
    expect(seen).toEqual([...all.slice(0, 7), ...all.slice(5)]);
  });

  it('returns a broken aggregate as one message with the whole frame', () => {
    const [first, second] = [...messagesOf(broken)];
    expect(first!.flaw).toMatch(/explicit hash key/);
    expect(Buffer.from(first!.data).toString('base64')).toBe(broken.Records[0]!.kinesis.data);
    expect([second!.flaw, Buffer.from(second!.data).toString()]).toEqual([undefined, 'after']);
  });
});
