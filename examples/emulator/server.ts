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

/** @param port 0 to pick a free one. */
export async function serve(emulator: Emulator, port: number): Promise<Server> {
  // Reading and writing fail if the client closes the connection: there is nobody to answer.
  const handle = (request: Incoming, response: Outgoing): Promise<void> =>
    respond(emulator, request, response).catch(() => undefined);
  const http1 = createHttp1Server((request, response) => void handle(request, response));
  const http2 = createHttp2Server((request, response) => void handle(request, response));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    // HTTP/2 without TLS starts with `PRI * HTTP/2.0`. Put back what was read: the server of the
    // right version reads it again.
    socket.once('readable', () => {
      const head: Buffer | null = socket.read();
      if (head === null) return;
      socket.unshift(head);
      (head.toString('latin1', 0, 3) === 'PRI' ? http2 : http1).emit('connection', socket);
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

async function respond(emulator: Emulator, request: Incoming, response: Outgoing): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const [status, value] = call(emulator, request.headers['x-amz-target'], Buffer.concat(chunks));
  const json = writeAnswer(value) as object;
  const body = Object.keys(json).length > 0 ? JSON.stringify(json) : '';
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    'x-amz-id-2': randomBytes(72).toString('base64'),
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
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
