/** For tests: the emulator on loopback with a settable clock, and an SDK client for it. */

import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AccountContext } from 'shardline';
import { Emulator } from './operations.ts';
import { type Server, serve } from './server.ts';

export type HttpVersion = 'HTTP/1.1' | 'HTTP/2';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export interface Harness extends Server {
  readonly client: KinesisClient;
  /** The emulator's clock, in epoch milliseconds. It moves only when it is set. */
  nowMs: number;
}

/** Returns the headers of a request that no SDK makes. Its signature is not verified. */
export function headersOf(
  operation: string,
  contentType = 'application/x-amz-json-1.1',
): Record<string, string> {
  return {
    'content-type': contentType,
    'x-amz-target': `Kinesis_20131202.${operation}`,
    'x-amz-date': '20260105T120000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
  };
}

/** The client does not retry, so that a test sees every response. */
export function createClient(endpoint: string, version: HttpVersion): KinesisClient {
  const config: KinesisClientConfig = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
  // Without a handler, the Kinesis client speaks HTTP/2.
  if (version === 'HTTP/1.1') config.requestHandler = new NodeHttpHandler();
  return new KinesisClient(config);
}

/** Counts a client's PutRecords and ListShards, and the records that the service refused. */
export function countRequests(client: KinesisClient) {
  const counts = { puts: 0, refused: 0, listings: 0 };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'PutRecordsCommand') counts.puts++;
        if (commandName === 'ListShardsCommand') counts.listings++;
        const result = await next(args);
        if ('FailedRecordCount' in result.output) {
          counts.refused += result.output.FailedRecordCount ?? 0;
        }
        return result;
      },
    { step: 'initialize' },
  );
  return counts;
}

export async function startHarness(
  context: Partial<AccountContext> = {},
  version: HttpVersion = 'HTTP/1.1',
): Promise<Harness> {
  const now = { ms: Date.parse('2026-01-05T12:00:00Z') };
  const emulator = new Emulator({ accountId: ACCOUNT, region: REGION, ...context }, () => now.ms);
  const { url, close } = await serve(emulator, 0);
  const client = createClient(url, version);
  return {
    url,
    client,
    get nowMs() {
      return now.ms;
    },
    set nowMs(ms) {
      now.ms = ms;
    },
    close() {
      client.destroy();
      return close();
    },
  };
}
