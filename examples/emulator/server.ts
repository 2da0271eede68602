/** The Kinesis JSON protocol over HTTP/1.1 and HTTP/2 on one port. */

import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { isOperation, readRequest, SerializationError, writeAnswer } from './json.ts';
import type { Emulator } from './operations.ts';

const TARGET = /^Kinesis_20131202\.(\w+)$/;

/** What requests and responses of both HTTP versions have in common. */
interface Incoming extends AsyncIterable<Uint8Array> {
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}
interface Outgoing {
  writeHead(status: number, headers: Record<string, string | number>): unknown;
  end(body: string): unknown;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** What a client may cost. */
export interface ServerLimits {
  /** How long a connection may be silent, in milliseconds. */
  readonly idleMs: number;
  /** The most bytes of a body: PutRecords has up to 10 MiB of records, in base64. */
  readonly bodyBytesMax: number;
}

const LIMITS: ServerLimits = { idleMs: 30_000, bodyBytesMax: 16_777_216 };

/** The beginning of HTTP/2 without TLS. No method of HTTP/1.1 begins with it. */
const PREFACE = 'PRI';

/** @param port 0 to pick a free one. */
export async function serve(
  emulator: Emulator,
  port: number,
  limits: Partial<ServerLimits> = {},
): Promise<Server> {
  const { idleMs, bodyBytesMax } = { ...LIMITS, ...limits };
  // Reading and writing fail if the client closes the connection: there is nobody to answer.
  const handle = (request: Incoming, response: Outgoing): Promise<void> =>
    respond(emulator, request, response, bodyBytesMax).catch(() => undefined);
  const http1 = createHttp1Server((request, response) => void handle(request, response));
  const http2 = createHttp2Server((request, response) => void handle(request, response));
  // Both close a connection that is silent for that long.
  http1.setTimeout(idleMs);
  http2.setTimeout(idleMs);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const destroy = () => socket.destroy();
    socket.setTimeout(idleMs, destroy);
    recognize(socket, (isHttp2) => {
      socket.setTimeout(0).off('timeout', destroy);
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/**
 * Tells HTTP/2 from HTTP/1.1 by the first bytes, in however many packets they come. They are put
 * back for the server of the right version to read.
 */
function recognize(socket: Socket, found: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const onReadable = (): void => {
    for (let part: Buffer | null = socket.read(); part !== null; part = socket.read()) {
      head = Buffer.concat([head, part]);
    }
    const text = head.toString('latin1', 0, PREFACE.length);
    if (text.length < PREFACE.length && PREFACE.startsWith(text)) return;
    socket.off('readable', onReadable);
    socket.unshift(head);
    found(text === PREFACE);
  };
  socket.on('readable', onReadable);
}

async function respond(
  emulator: Emulator,
  request: Incoming,
  response: Outgoing,
  bodyBytesMax: number,
): Promise<void> {
  const body = await readBody(request, bodyBytesMax);
  const [status, value] =
    body === undefined
      ? ([413, { __type: 'RequestEntityTooLargeException' }] as const)
      : call(emulator, request.headers['x-amz-target'], body);
  const json = writeAnswer(value) as object;
  const text = Object.keys(json).length > 0 ? JSON.stringify(json) : '';
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    'x-amz-id-2': randomBytes(72).toString('base64'),
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Returns a body, or undefined if it is too large. The rest of it is read, and not kept. */
async function readBody(request: Incoming, bytesMax: number): Promise<Buffer | undefined> {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else chunks = [];
  }
  return bytes <= bytesMax ? Buffer.concat(chunks) : undefined;
}

/** Returns status and body. Errors have the bodies of production in 2018 (kinesalite's tests). */
function call(emulator: Emulator, target: unknown, body: Buffer): [status: number, value: object] {
  const operation = TARGET.exec(String(target))?.[1] ?? '';
  if (!isOperation(operation)) return [400, { __type: 'UnknownOperationException' }];
  try {
    const json = parse(body);
    if (json === undefined) return [400, { __type: 'SerializationException' }];
    const result = emulator.call(operation, readRequest(operation, json));
    if (result.ok) return [200, result.value];
    const { code, message } = result.fault;
    const status = code === 'InternalFailure' ? 500 : 400;
    return [status, message === '' ? { __type: code } : { __type: code, message }];
  } catch (error) {
    if (error instanceof SerializationError) {
      return [400, { __type: 'SerializationException', Message: error.message }];
    }
    console.error(error);
    return [500, { __type: 'InternalFailure' }];
  }
}

/** Returns the object in a body, or undefined if the body is not a JSON object. */
function parse(body: Buffer): object | undefined {
  try {
    const json: unknown = JSON.parse(body.toString());
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
