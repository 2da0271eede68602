/**
 * Runs an emulator of the service in a process of its own, and calls it over HTTP/1.1 on loopback.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const REQUEST_MS_MAX = 60_000;
const START_MS_MAX = 120_000;
const TRANSITION_MS_MAX = 10_000;

/** The account of the vectors, which owns the streams of the peers. */
const ACCOUNT = '123456789012';
const SHARD_LIMIT = '20000';

/** How to start a peer, with every transition as short as it allows. */
export interface PeerKind {
  readonly name: string;
  readonly script: string;
  args(port: number): string[];
  env(port: number, otherPort: number): Record<string, string>;
}

export const PEERS: readonly PeerKind[] = [
  {
    name: 'kinesalite',
    script: 'node_modules/kinesalite/cli.js',
    args: (port) => [
      ...['--port', `${port}`, '--shardLimit', SHARD_LIMIT],
      ...['--createStreamMs', '1', '--deleteStreamMs', '1', '--updateStreamMs', '1'],
    ],
    env: () => ({ AWS_ACCOUNT_ID: ACCOUNT }),
  },
  {
    name: 'kinesis-local',
    script: 'node_modules/kinesis-local/main.js',
    args: () => [],
    env: (port, otherPort) => ({
      KINESIS_MOCK_PLAIN_PORT: `${port}`,
      KINESIS_MOCK_TLS_PORT: `${otherPort}`,
      CREATE_STREAM_DURATION: '1ms',
      DELETE_STREAM_DURATION: '1ms',
      MERGE_SHARDS_DURATION: '1ms',
      SPLIT_SHARD_DURATION: '1ms',
      UPDATE_SHARD_COUNT_DURATION: '1ms',
      AWS_ACCOUNT_ID: ACCOUNT,
      LOG_LEVEL: 'ERROR',
      SHARD_LIMIT,
    }),
  },
];

/** A CreateStream request. Its optional members vary. */
export interface StreamRequest {
  readonly StreamName: string;
  readonly ShardCount?: number;
}

/** The status and the body, parsed if it is JSON. */
export interface PeerResponse {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the response of a peer has no type; it is compared.
  readonly body: any;
}

export class Peer {
  readonly name: string;
  readonly #kind: PeerKind;
  readonly #port: number;
  readonly #otherPort: number;
  readonly #agent = new Agent({ keepAlive: true });
  #child: ChildProcess | undefined;

  private constructor(kind: PeerKind, port: number, otherPort: number) {
    this.name = kind.name;
    this.#kind = kind;
    this.#port = port;
    this.#otherPort = otherPort;
  }

  /** Starts a peer and waits until it responds. */
  static async start(kind: PeerKind): Promise<Peer> {
    const peer = new Peer(kind, await freePort(), await freePort());
    await peer.#launch();
    return peer;
  }

  /** Starts the peer from scratch: a request may have ended its process. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async #launch(): Promise<void> {
    const { script, args, env } = this.#kind;
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [path, ...args(this.#port)], {
      cwd: fileURLToPath(new URL('.', new URL(script, import.meta.url))),
      env: { PATH: process.env['PATH'], ...env(this.#port, this.#otherPort) },
      stdio: 'ignore',
    });
    this.#child = child;
    const untilMs = Date.now() + START_MS_MAX;
    for (;;) {
      const isUp = await this.call('ListStreams', {}).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (Date.now() > untilMs || child.exitCode !== null) {
        child.kill();
        throw new Error(`${this.name} does not respond`);
      }
      await sleep(100);
    }
  }

  /** Sends one request with a dummy signature, which neither peer checks. */
  call(operation: string, input: unknown): Promise<PeerResponse> {
    const body = Buffer.from(JSON.stringify(input));
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': body.length,
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.#port, method: 'POST', headers, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, body: parse(text) });
          });
        },
      );
      sent.setTimeout(REQUEST_MS_MAX, () => sent.destroy(new Error('no response in time')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /**
   * Replaces any stream of that name by a new one. Returns the response if it is an error, or
   * undefined once the stream is ACTIVE.
   */
  async recreate(input: StreamRequest): Promise<PeerResponse | undefined> {
    const { StreamName } = input;
    await this.remove(StreamName);
    const response = await this.call('CreateStream', input);
    if (response.status !== 200) return response;
    await this.#until(StreamName, 'ACTIVE');
    return undefined;
  }

  async remove(StreamName: string): Promise<void> {
    await this.call('DeleteStream', { StreamName });
    await this.#until(StreamName, undefined);
  }

  /** Waits until a stream exists and no change is under way. */
  async settle(StreamName: string): Promise<void> {
    await this.#until(StreamName, 'ACTIVE');
  }

  async #until(StreamName: string, wanted: string | undefined): Promise<void> {
    const untilMs = Date.now() + TRANSITION_MS_MAX;
    for (;;) {
      const { body } = await this.call('DescribeStreamSummary', { StreamName });
      const status = body?.StreamDescriptionSummary?.StreamStatus;
      if (status === wanted) return;
      if (Date.now() > untilMs) throw new Error(`${this.name}: the stream stays ${status}`);
      await sleep(2);
    }
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { text };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
