/**
 * The example emulator and the Java SDKs, which speak CBOR as Jackson writes and reads it. The
 * bodies are recorded, so the test needs no Java.
 */

import { expect, it } from 'vitest';
import { headersOf } from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { reply } from '../../examples/emulator/protocol.ts';
import recording from '../recordings/java-sdk-cbor.json' with { type: 'json' };

const TYPE = 'application/x-amz-cbor-1.1';

/** Returns bytes from hex, in which `(20*7)` stands for seven bytes of 20. */
function bytesOf(hex: string): Buffer {
  const whole = hex.replace(/\((..)\*(\d+)\)/g, (_, byte: string, count) => byte.repeat(count));
  return Buffer.from(whole, 'hex');
}

it('reads what Jackson wrote, and writes what Jackson has read', () => {
  const context = { accountId: '123456789012', region: 'us-east-1' };
  const emulator = new Emulator(context, () => Date.parse('2026-01-05T12:00:00Z'));
  let iterator = '';
  for (const { operation, request, response, tokens } of recording.calls) {
    const text = bytesOf(request).toString('latin1').replace(/A{83}/, iterator);
    const { status, headers, body } = reply(emulator, {
      method: 'POST',
      url: '/',
      headers: headersOf(operation, TYPE),
      body: Buffer.from(text, 'latin1'),
    });
    expect([operation, status, headers['content-type']]).toEqual([operation, 200, TYPE]);
    // A change here means that Jackson has to read the new bytes: see java-sdk-cbor.java.
    expect([operation, Buffer.from(body as Uint8Array).toString('hex')]).toEqual([
      operation,
      response,
    ]);
    iterator = /ShardIterator: '([^']*)'/.exec(tokens)?.[1] ?? iterator;
  }
  const [get] = recording.calls.filter(({ operation }) => operation === 'GetRecords');
  expect(get?.tokens).toContain('ApproximateArrivalTimestamp: long 1767614400000');
  expect(get?.tokens).toContain("Data: bytes 00ff61 PartitionKey: 'größe'");
  const policy = emulator.call('GetResourcePolicy', {
    ResourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/orders',
  });
  expect(policy).toEqual({ ok: true, value: { Policy: `{${' '.repeat(4100)}}` } });
});
