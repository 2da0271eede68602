/** The server of the example emulator: what clients may cost, and what a restart keeps. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisError } from 'shardline';
import { afterEach, describe, expect, it } from 'vitest';
import { headersOf } from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { type Server, type ServerLimits, serve } from '../../examples/emulator/server.ts';

const CONTEXT = { accountId: '123456789012', region: 'us-east-1' };
const StreamName = 'orders';
const NOW_MS = 1_700_000_000_000;

const open: (Server | Socket)[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    if ('url' in one) await one.close();
    else one.destroy();
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(limits: Partial<ServerLimits>): Promise<Server> {
  const server = await serve(new Emulator(CONTEXT), 0, limits);
  open.push(server);
  return server;
}

async function connectTo({ url }: Server): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

const HEAD = `POST / HTTP/1.1\r\nHost: a\r\n${Object.entries(headersOf('ListStreams'))
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}`;

describe('a server', () => {
  it.each([
    ['says nothing', ''],
    ['sends half a method', 'PO'],
    ['sends half of its headers', HEAD],
    ['sends half of its body', `${HEAD}Content-Length: 10\r\n\r\n{`],
    ['sends half a preface', 'PR'],
    ['sends a preface of HTTP/2 and nothing else', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('closes a connection that %s', async (_, text) => {
    const socket = await connectTo(await start({ idleMs: 150 }));
    socket.resume().write(text);
    await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
  });

  it.each([
    ['its headers', HEAD, 'x-slow: 1\r\n'],
    ['its body', `${HEAD}Content-Length: 9999\r\n\r\n`, ' '],
  ])('closes a connection that sends %s in drops', async (_, text, drop) => {
    const socket = await connectTo(await start({ idleMs: 2000, requestMs: 200 }));
    socket.on('error', () => undefined).resume();
    socket.write(text);
    const dripping = setInterval(() => socket.write(drop), 50);
    // An error comes before: the connection is reset.
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(dripping);
  });

  it('hangs up on a DELETE', async () => {
    const { url } = await start({});
    await expect(fetch(url, { method: 'DELETE' })).rejects.toThrow();
  });

  it('does not close a connection that is in use for longer', async () => {
    const socket = await connectTo(await start({ idleMs: 400 }));
    socket.resume();
    for (let i = 0; i < 6; i++) {
      socket.write(`${HEAD}Content-Length: 2\r\n\r\n{}`);
      await sleep(100);
    }
    expect(socket.closed).toBe(false);
  });

  it.each([1, 2, 10])('recognizes HTTP/2 in packets of %i bytes', async (bytes) => {
    const socket = await connectTo(await start({}));
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]);
    socket.setNoDelay(true);
    for (let i = 0; i < preface.length; i += bytes) {
      socket.write(preface.subarray(i, i + bytes));
      await sleep(2);
    }
    const [response] = (await once(socket, 'data')) as [Buffer];
    // The fourth byte of a frame is its type: SETTINGS.
    expect(response[3]).toBe(4);
  });

  it.each([
    ['text', 'GARBAGE\r\n\r\n'],
    ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['HTTP/2 without frames', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nhello hello hello'],
    ['a chunk without a length', `${HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`],
    ['two lengths', `${HEAD}Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('hangs up on %s, and goes on', async (_, text) => {
    const server = await start({});
    const socket = await connectTo(server);
    socket.on('error', () => undefined).resume();
    socket.write(text, 'latin1');
    await new Promise((resolve) => socket.once('close', resolve));
    const request = { method: 'POST', headers: headersOf('ListStreams'), body: '{}' };
    expect((await fetch(server.url, request)).status).toBe(200);
  });

  it('answers requests that arrive together, in their order', async () => {
    const socket = await connectTo(await start({}));
    const send = (operation: string) =>
      `${HEAD.replace('ListStreams', operation)}Content-Length: 2\r\n\r\n{}`;
    socket.end(send('ListStreams') + send('Nothing') + send('DescribeLimits'));
    let text = '';
    for await (const part of socket) text += part;
    expect(text.match(/"StreamNames"|UnknownOperation|"ShardLimit"/g)).toEqual([
      '"StreamNames"',
      'UnknownOperation',
      '"ShardLimit"',
    ]);
  });

  it('refuses a body that is too large, and keeps none of it', async () => {
    const { url } = await start({ bodyBytesMax: 1000 });
    const send = (length: number) =>
      fetch(url, {
        method: 'POST',
        headers: headersOf('ListStreams'),
        body: `{"Limit":1,"x":"${'x'.repeat(length)}"}`,
      });
    expect((await send(100)).status).toBe(200);
    const refused = await send(5_000_000);
    expect([refused.status, await refused.text()]).toEqual([413, '']);
  });
});

describe('an emulator with a file', () => {
  const fileOf = () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
    folders.push(folder);
    return join(folder, 'state.json');
  };
  const startOn = (file: string) => new Emulator(CONTEXT, () => NOW_MS, file);
  const put = (emulator: Emulator, key: string): string => {
    const request = { StreamName, PartitionKey: key, Data: Buffer.from(key) };
    const response = emulator.call('PutRecord', request);
    if (!response.ok) throw new KinesisError(response.fault);
    return (response.value as { SequenceNumber: string }).SequenceNumber;
  };
  const readAll = (emulator: Emulator) => {
    const position = { ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' };
    const first = emulator.call('GetShardIterator', { StreamName, ...position });
    if (!first.ok) throw new KinesisError(first.fault);
    const page = emulator.call('GetRecords', first.value);
    if (!page.ok) throw new KinesisError(page.fault);
    const { Records } = page.value as { Records: { SequenceNumber: string; Data: Uint8Array }[] };
    return Records.map((record) => [record.SequenceNumber, Buffer.from(record.Data).toString()]);
  };

  it('goes on after a restart, with every record and no number twice', () => {
    const file = fileOf();
    const first = startOn(file);
    first.call('CreateStream', { StreamName, ShardCount: 1 });
    const saved = statSync(file, { bigint: true }).mtimeNs;
    const records = ['a', 'b', 'c'].map((key) => [put(first, key), key]);
    // Puts do not write the snapshot.
    expect(statSync(file, { bigint: true }).mtimeNs).toBe(saved);
    const second = startOn(file);
    expect(readAll(second)).toEqual(records);
    records.push([put(second, 'd'), 'd']);
    expect(new Set(records.map(([number]) => number)).size).toBe(4);
    expect(readAll(startOn(file))).toEqual(records);
  });

  it('forgets the records of a deleted stream, and a line that a crash cut off', () => {
    const file = fileOf();
    const first = startOn(file);
    first.call('CreateStream', { StreamName, ShardCount: 1 });
    put(first, 'old');
    first.call('DeleteStream', { StreamName });
    const later = new Emulator(CONTEXT, () => NOW_MS + 60_000, file);
    later.call('CreateStream', { StreamName, ShardCount: 1 });
    const number = put(later, 'new');
    writeFileSync(`${file}.records`, '{"streamName":', { flag: 'a' });
    const records = readAll(new Emulator(CONTEXT, () => NOW_MS + 60_000, file));
    expect(records).toEqual([[number, 'new']]);
  });

  it('forgets the records of a deleted stream that had more shards, while a reshard is pending', () => {
    const file = fileOf();
    const start = () => new Emulator({ ...CONTEXT, updatingMs: 1000 }, () => NOW_MS, file);
    const first = start();
    first.call('CreateStream', { StreamName, ShardCount: 4 });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) put(first, key);
    first.call('DeleteStream', { StreamName });
    first.call('CreateStream', { StreamName, ShardCount: 1 });
    const number = put(first, 'new');
    first.call('UpdateShardCount', {
      StreamName,
      TargetShardCount: 2,
      ScalingType: 'UNIFORM_SCALING',
    });
    expect(readAll(start())).toEqual([[number, 'new']]);
  });
});
