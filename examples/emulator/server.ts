/** HTTP/1.1 and HTTP/2 on one port, with bounds on the resources that a client may use. */

import { once } from 'node:events';
import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Emulator } from './operations.ts';
import { reply } from './protocol.ts';

/** What requests and responses of both HTTP versions have in common. */
interface Incoming extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}
type Outgoing = Writable & {
  writeHead(status: number, headers: Record<string, string | number>): unknown;
};

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** The resources that a client may use. */
export interface ServerLimits {
  /** How long a connection may be silent, in milliseconds. */
  readonly idleMs: number;
  /** How long a client may take to send the head or the body of a request, in milliseconds. */
  readonly requestMs: number;
  /** The most bytes of a body: PutRecords has up to 10 MiB of records, in base64. */
  readonly bodyBytesMax: number;
}

const LIMITS: ServerLimits = { idleMs: 30_000, requestMs: 60_000, bodyBytesMax: 16_777_216 };

/** The beginning of HTTP/2 without TLS. No method of HTTP/1.1 begins with it. */
const PREFACE = 'PRI';

/** @param port 0 to pick a free one. */
export async function serve(
  emulator: Emulator,
  port: number,
  limits: Partial<ServerLimits> = {},
): Promise<Server> {
  const allLimits = { ...LIMITS, ...limits };
  const { idleMs, requestMs } = allLimits;
  // Reading and writing fail if the client closes the connection. Nobody is left to answer.
  const handle = (request: Incoming, response: Outgoing): Promise<void> =>
    respond(emulator, request, response, allLimits).catch(() => undefined);
  const http1 = createHttp1Server(
    { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(requestMs, 5000) },
    (request, response) => void handle(request, response),
  );
  // It checks its connections from then on. It never listens: sockets come from `recognize`.
  http1.emit('listening');
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
      http1.close();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/**
 * Tells HTTP/2 from HTTP/1.1 by the first bytes, however many packets they arrive in. They are put
 * back, so that the server for that version reads them.
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
  { bodyBytesMax, requestMs }: ServerLimits,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  const timer = setTimeout(() => response.destroy(), requestMs);
  const body = await readBody(request, bodyBytesMax).finally(() => clearTimeout(timer));
  // The service hangs up.
  if (method === 'DELETE') return void response.destroy();
  const {
    status,
    headers: fields,
    body: content,
  } = reply(emulator, {
    method,
    url,
    headers,
    body,
  });
  if (typeof content === 'function') {
    const client = new AbortController();
    response.once('close', () => client.abort());
    response.writeHead(status, fields);
    // Waits for a client that reads slowly.
    await pipeline(content(client.signal), response);
  } else {
    response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(content) });
    response.end(content);
  }
}

/**
 * Returns a body, or undefined if it is too large. The rest of such a body is read but not kept.
 */
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
