import { describe, expect, it } from 'vitest';
import { JsonError } from '../../../src/cli/json-documents.ts';
import { EventError, readLambdaEvents } from '../../../src/cli/lambda-event.ts';
import { field, frameOf } from '../../support/aggregates.ts';
import { read } from '../../support/repository.ts';

/** An event of one record, with its data in base64. */
function eventOf(data: string): string {
  const kinesis = { partitionKey: 'k', sequenceNumber: '1', approximateArrivalTimestamp: 0, data };
  const record = { eventSource: 'aws:kinesis', eventID: 'shardId-000000000000:1', kinesis };
  return JSON.stringify({ Records: [record] });
}

describe('readLambdaEvents', () => {
  it('lists each record, and the user records of an aggregate after it', () => {
    const lines = readLambdaEvents(read('examples/lambda/events/aggregated.json'));
    expect(lines.map(({ userRecords }) => userRecords)).toEqual(
      [1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 3, 0, 0, 0].map((count) => count || undefined),
    );
    expect(lines[0]).toEqual({
      shardId: 'shardId-000000000006',
      sequenceNumber: '49545115243490985018280067714973144582180062593244200961',
      arrivedAt: '2018-12-17T22:10:50.987Z',
      partitionKey: '1',
      hashKey: '261578874264819908609102035485573088411',
      bytes: 22,
      userRecords: 1,
    });
    expect(lines[2]).toMatchObject({
      subSequenceNumber: 0,
      partitionKey: 'fc03dd88-3e79-448a-b01a-7cf1bd47b784',
      hashKey: '38486495867508399078159723846051807020',
      bytes: 32,
    });
  });

  it('says what is wrong with a broken aggregate', () => {
    const [broken] = readLambdaEvents(read('examples/lambda/events/broken.json'));
    expect(broken).toMatchObject({
      userRecords: 1,
      flaw: expect.stringMatching('explicit hash key'),
    });
  });

  it.each([
    ['{', JsonError],
    ['null', EventError],
    ['{"Records":{}}', EventError],
    ['{"Records":[{"kinesis":{}}]}', EventError],
    ['{"Records":[{"eventSource":"aws:kinesis"}]}', EventError],
  ])('refuses %s', (text, error) => {
    expect(() => readLambdaEvents(text)).toThrow(error);
  });

  it('reads an aggregate of as many user records as a record can hold', () => {
    const record = field(3, Buffer.from('08001a00', 'hex'));
    const message = Buffer.concat([field(1, 'k'), ...Array<Buffer>(174_000).fill(record)]);
    const records = readLambdaEvents(eventOf(Buffer.from(frameOf(message)).toString('base64')));
    expect(records).toHaveLength(174_001);
    expect(records[0]!.userRecords).toBe(174_000);
  });

  it('reads a record of 10 MiB', () => {
    const data = Buffer.alloc(10_485_760, 1).toString('base64');
    expect(readLambdaEvents(eventOf(data))).toMatchObject([{ bytes: 10_485_760 }]);
  });

  it.each(['QQ==', 'QUI=', 'QUJD', ''])('takes the base64 %j', (data) => {
    expect(readLambdaEvents(eventOf(data))).toHaveLength(1);
  });

  it.each([
    'Q',
    'QQ',
    'QQ=',
    'QQ===',
    'Q===',
    '====',
    '==',
    'QQ==QQ==',
    'Q-==',
    'QQ==\n',
    'QUJDRA',
  ])('refuses the base64 %j', (data) => {
    expect(() => readLambdaEvents(eventOf(data))).toThrow(EventError);
  });
});
