/** The protocol of the example emulator, with the replies of production (kinesalite's tests). */

import { decode, encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CBOR } from '../../examples/emulator/formats.ts';
import { headersOf } from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { type Message, reply } from '../../examples/emulator/protocol.ts';

const NOW_MS = Date.parse('2026-01-05T12:00:00Z');
const StreamName = 'orders';

function createEmulator(): Emulator {
  const context = { accountId: '123456789012', region: 'us-east-1' };
  const emulator = new Emulator(context, () => NOW_MS);
  emulator.call('CreateStream', { StreamName, ShardCount: 1 });
  return emulator;
}

function send(
  headers: Message['headers'],
  body: string | Uint8Array = '{}',
  { method = 'POST', url = '/', emulator = createEmulator() } = {},
) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const response = reply(emulator, { method, url, headers, body: bytes });
  const content = Buffer.from(response.body as Uint8Array);
  return { ...response, body: content, text: content.toString() };
}

const JSON_TYPE = 'application/x-amz-json-1.1';
const { authorization, 'x-amz-date': date, ...unsigned } = headersOf('ListStreams');
const signed = { authorization, 'x-amz-date': date };

const MISSING_TOKEN =
  '<MissingAuthenticationTokenException>\n  <Message>Missing Authentication Token</Message>\n</MissingAuthenticationTokenException>\n';
const NO_OPERATION =
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n';

describe('a message that is not of the protocol', () => {
  it.each([
    ['OPTIONS', {}, MISSING_TOKEN],
    ['GET', {}, MISSING_TOKEN],
    ['PUT', unsigned, MISSING_TOKEN],
    ['POST', {}, MISSING_TOKEN],
    ['GET', signed, NO_OPERATION],
    ['PUT', signed, NO_OPERATION],
    ['POST', signed, NO_OPERATION],
    ['POST', { ...signed, 'content-type': 'application/x-amz-json-1.0' }, NO_OPERATION],
    ['POST', { ...signed, 'x-amz-target': 'Kinesis_20131202.ListStreams' }, NO_OPERATION],
  ])('is refused in XML: %s %o', (method, headers, xml) => {
    const { status, text, headers: answered } = send(headers, '', { method });
    expect([status, text, answered['content-type']]).toEqual([403, xml, undefined]);
    expect(answered['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['', 'UnknownOperationException', 'message'],
    ['{}', 'UnknownOperationException', 'message'],
    ['hello', 'SerializationException', 'Message'],
  ])('is refused in the old JSON: %j', (body, code, member) => {
    const { status, text } = send(headersOf('ListStreams', 'application/json'), body);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { Output: { __type: `com.amazon.coral.service#${code}`, [member]: null }, Version: '1.0' },
    ]);
  });
});

describe('a message', () => {
  it.each([
    [{ 'content-type': JSON_TYPE }, '', 'UnknownOperationException'],
    [
      { 'content-type': JSON_TYPE, 'x-amz-target': 'Other_1.ListStreams' },
      '{}',
      'UnknownOperationException',
    ],
    [unsigned, '', 'SerializationException'],
    [unsigned, 'hello', 'SerializationException'],
  ])('is refused before its signature is looked at: %o %j', (headers, body, __type) => {
    const { status, text, headers: answered } = send(headers, body);
    expect([status, JSON.parse(text)]).toEqual([400, { __type }]);
    expect(answered['content-type']).toBe(JSON_TYPE);
  });

  const needs = (...parts: string[]) =>
    parts.map((part) => `Authorization header requires '${part}' parameter. `).join('');
  const NEEDS_DATE =
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  it.each<[string, string, Record<string, string>, string, string]>([
    [
      'no signature',
      '/',
      {},
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'a query without the algorithm',
      '/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d',
      {},
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'an empty header',
      '/?X-Amz-Algorith',
      { authorization: 'X' },
      'IncompleteSignatureException',
      `${needs('Credential', 'Signature', 'SignedHeaders')}${NEEDS_DATE}Authorization=X`,
    ],
    [
      'half a header',
      '/',
      { authorization: 'AWS4- Signature=b,Credential=a', date: 'a' },
      'IncompleteSignatureException',
      `${needs('SignedHeaders')}Authorization=AWS4- Signature=b,Credential=a`,
    ],
    [
      'half a query',
      '/?X-Amz-Algorithm=a&X-Amz-Date=d&X-Amz-SignedHeaders=c',
      {},
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
    ],
    [
      'both',
      '/?X-Amz-Algorithm',
      signed as Record<string, string>,
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
  ])('is refused with %s', (_, url, headers, __type, message) => {
    const { status, text } = send({ ...unsigned, ...headers }, '{}', { url });
    expect([status, JSON.parse(text)]).toEqual([400, { __type, message }]);
  });

  it('is refused if its body is a list', () => {
    const { status, text } = send(headersOf('ListStreams'), '[]');
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { __type: 'SerializationException', Message: 'Start of list found where not expected' },
    ]);
  });

  it('is accepted with its signature in the query', () => {
    const url =
      '/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e';
    expect(send(unsigned, '{}', { url }).status).toBe(200);
  });

  it('from a page gets the headers that let the page read the response', () => {
    const { status, headers } = send({ ...headersOf('ListStreams'), origin: 'http://a' });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-expose-headers']).toContain('x-amzn-ErrorType');
  });

  it('that asks whether a page may call is permitted', () => {
    const asked = {
      origin: 'http://a',
      'access-control-request-headers': 'a, b',
      'access-control-request-method': 'POST',
    };
    const { status, headers, text } = send(asked, '', { method: 'OPTIONS' });
    expect([status, text]).toEqual([200, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'a, b',
      'access-control-allow-methods': 'POST',
      'access-control-max-age': '172800',
    });
    expect(headers).not.toHaveProperty('x-amz-id-2');
  });
});

describe('CBOR', () => {
  const type = 'application/x-amz-cbor-1.1';
  const emulator = createEmulator();
  const call = (operation: string, request: object) => {
    const { status, headers, body } = send(headersOf(operation, type), encode(request), {
      emulator,
    });
    expect(headers['content-type']).toBe(type);
    const value = body.length === 0 ? {} : decode(body, { tags: Tagged.preserve(1) });
    return { status, value };
  };

  it('puts bytes and reads them back, with times in milliseconds', () => {
    const put = call('PutRecord', { StreamName, PartitionKey: 'a', Data: Uint8Array.of(1, 255) });
    expect(put).toMatchObject({ status: 200, value: { ShardId: 'shardId-000000000000' } });
    const position = { ShardId: '0', ShardIteratorType: 'AT_TIMESTAMP' };
    const Timestamp = new Tagged(1, NOW_MS - 1);
    const { value } = call('GetShardIterator', { StreamName, ...position, Timestamp });
    const { value: page } = call('GetRecords', value);
    const [record] = page.Records;
    expect(record.Data).toEqual(Uint8Array.of(1, 255));
    expect(record.ApproximateArrivalTimestamp).toEqual(new Tagged(1, NOW_MS));
    expect(page).not.toHaveProperty('ChildShards');
  });

  it('returns errors, and nothing where a response is empty', () => {
    expect(
      call('PutRecord', { StreamName: 'none', PartitionKey: 'a', Data: new Uint8Array(1) }),
    ).toEqual({
      status: 400,
      value: {
        __type: 'ResourceNotFoundException',
        message: 'Stream none under account 123456789012 not found.',
      },
    });
    expect(call('AddTagsToStream', { StreamName, Tags: { a: 'b' } })).toEqual({
      status: 200,
      value: {},
    });
  });

  it.each([
    ['half a map', Uint8Array.of(0xbf, 0x61)],
    ['a time that is text', encode({ Timestamp: new Tagged(1, 'x') })],
    ['a tag that no SDK writes', encode({ Timestamp: new Tagged(2, 5) })],
    ['a list', encode(5)],
  ])('is refused: %s', (_, body) => {
    const { status, body: response } = send(headersOf('GetShardIterator', type), body, {
      emulator,
    });
    expect([status, decode(response)]).toEqual([400, { __type: 'SerializationException' }]);
  });

  it.each([
    ['a number of 256 KiB', [0xa1, 0x61, 0x61, 0xc2, 0x5a, 0, 4, 0, 0], 0xff, 0x4_0000],
    ['a decimal fraction of 2^28 digits', [0xa1, 0x61, 0x61, 0xc4, 0x82, 0x1a, 0x0f], 0xff, 4],
    ['lists that claim 2^25 values each', new Array(200).fill([0x9a, 1, 255, 255, 255]).flat()],
    ['a list of a million maps', [0x9a, 0, 0x0f, 0xff, 0xfb], 0xa0, 0xf_fffb],
    ['a map that claims 2^63 members', [0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0], 0x60, 100],
    ['lists in lists, without an end', [], 0x81, 0xf_ffff],
    ['a text in many parts, without an end', [0xa1, 0x61, 0x61, 0x7f], 0x60, 0xf_ffff],
    ['a text of which a part is bytes', [0xa1, 0x7f, 0x41, 0x61, 0xff, 1]],
    ['a text of which a part has parts', [0xa1, 0x7f, 0x7f, 0x61, 0x61, 0xff, 0xff, 1]],
    ['a name that is a number', [0xa1, 1, 1]],
    ['a break in a list with a length', [0x82, 1, 0xff]],
  ])('is refused at once: %s', (_, head, filler = 0, length = 0) => {
    const start = performance.now();
    expect(CBOR.read(Buffer.concat([Buffer.from(head), Buffer.alloc(length, filler)]))).toBe(
      undefined,
    );
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('is read without a loss', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(0, 0.5, 1.5, 65_504, 6e-8, Infinity, null, true, false),
      fc.double({ noNaN: true }),
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 300 }),
    );
    const name = fc.oneof(fc.constant('__proto__'), fc.string());
    const value = fc.oneof(scalar, fc.array(scalar), fc.dictionary(name, scalar));
    fc.assert(
      fc.property(fc.array(value), (list) => {
        const bytes = encode(list);
        expect(encode(CBOR.read(bytes))).toEqual(bytes);
      }),
    );
  });

  it('reads maps of indefinite length, which the Java SDKs write', () => {
    const body = Uint8Array.of(0xbf, 0x65, ...Buffer.from('Limit'), 1, 0xff);
    const { status, body: response } = send(headersOf('ListStreams', type), body, { emulator });
    expect([status, decode(response, { tags: Tagged.preserve(1) })]).toMatchObject([
      200,
      { StreamNames: [StreamName] },
    ]);
  });
});
