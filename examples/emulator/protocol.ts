/**
 * The Kinesis protocol, without HTTP: a message in, a reply out.
 *
 * Errors and the order of checks are those of production in 2018 (kinesalite, test/connection.js),
 * with one exception: signatures must be present but are not verified.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import type { ShardSubscription } from 'shardline';
import { EVENT_STREAM, writeEvents } from './events.ts';
import { CBOR, type Format, JSON_1_1 } from './formats.ts';
import type { Emulator } from './operations.ts';
import { isOperation, readRequest, SerializationError } from './shapes.ts';

export interface Message {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined if it was too large to be kept. */
  readonly body: Uint8Array | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body;
}

/** A body, or a function that returns its parts one by one until the signal. */
type Body = Uint8Array | string | ((signal: AbortSignal) => AsyncIterable<Uint8Array>);

const TARGET = /^Kinesis_20131202\.(\w+)$/;

const FORMATS: Readonly<Record<string, Format>> = {
  'application/x-amz-json-1.1': JSON_1_1,
  'application/x-amz-cbor-1.1': CBOR,
};

/** Answers a message. */
export function reply(emulator: Emulator, message: Message): Reply {
  const { method, body } = message;
  const header = (name: string) => String(message.headers[name] ?? '');
  const cors: Record<string, string> = {};
  if (header('origin') !== '') {
    cors['access-control-allow-origin'] = '*';
    if (method === 'OPTIONS') return allowOrigin(header, cors);
    cors['access-control-expose-headers'] = EXPOSED;
  }
  const send = (status: number, type: string | undefined, content: Body): Reply => {
    const ids = {
      'x-amzn-requestid': randomUUID(),
      'x-amz-id-2': randomBytes(72).toString('base64'),
    };
    const headers = type === undefined ? ids : { ...ids, 'content-type': type };
    return { status, headers: { ...headers, ...cors }, body: content };
  };
  if (body === undefined) return send(413, undefined, '');
  const signature = describeSignatureFlaw(message);
  const type = header('content-type').split(';')[0]!.trim();
  const operation = TARGET.exec(header('x-amz-target'))?.[1] ?? '';
  if (method === 'POST' && type === 'application/json')
    return send(200, type, replyToOldJson(body));
  const format = method === 'POST' ? FORMATS[type] : undefined;
  if (format === undefined) {
    const isSigned = signature?.code !== 'MissingAuthenticationTokenException';
    return send(403, undefined, writeXml(isSigned ? UNKNOWN_OPERATION : signature));
  }
  const [status, value] = call(emulator, { operation, body, format, signature });
  if (operation === 'SubscribeToShard' && status === 200) {
    const subscription = value as ShardSubscription;
    return send(200, EVENT_STREAM, (signal) =>
      writeEvents(emulator, subscription, { type, format, signal }),
    );
  }
  return send(status, type, Object.keys(value).length > 0 ? format.write(value) : '');
}

const EXPOSED =
  'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date';

function allowOrigin(header: (name: string) => string, cors: Record<string, string>): Reply {
  const headers: Record<string, string> = { 'x-amzn-requestid': randomUUID(), ...cors };
  const asked = {
    headers: 'access-control-request-headers',
    methods: 'access-control-request-method',
  };
  for (const [what, name] of Object.entries(asked)) {
    if (header(name) !== '') headers[`access-control-allow-${what}`] = header(name);
  }
  headers['access-control-max-age'] = '172800';
  return { status: 200, headers, body: '' };
}

interface Flaw {
  readonly code: string;
  readonly message: string;
}

const UNKNOWN_OPERATION: Flaw = {
  code: 'AccessDeniedException',
  message: 'Unable to determine service/operation name to be authorized',
};

/** Returns the reply to a message whose format the service does not know. */
function writeXml({ code, message }: Flaw): string {
  return `<${code}>\n  <Message>${message}</Message>\n</${code}>\n`;
}

/** With this content type, the service stops here. */
function replyToOldJson(body: Uint8Array): string {
  const isObject = JSON_1_1.read(body) !== undefined;
  // These two spell "message" differently.
  const Output =
    isObject || body.length === 0
      ? { __type: 'com.amazon.coral.service#UnknownOperationException', message: null }
      : { __type: 'com.amazon.coral.service#SerializationException', Message: null };
  return JSON.stringify({ Output, Version: '1.0' });
}

const HEADER_MEMBERS = ['Credential', 'Signature', 'SignedHeaders'];
const QUERY_MEMBERS = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'];

/** Describes what is missing from a signature, or returns undefined. It is not verified. */
function describeSignatureFlaw({ url, headers }: Message): Flaw | undefined {
  const { authorization } = headers;
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const isInQuery = query.has('X-Amz-Algorithm');
  if (typeof authorization !== 'string') {
    if (!isInQuery) {
      const message = 'Missing Authentication Token';
      return { code: 'MissingAuthenticationTokenException', message };
    }
    const missing = QUERY_MEMBERS.filter((name) => !query.get(`X-Amz-${name}`)).map(
      (name) => `AWS query-string parameters must include 'X-Amz-${name}'. `,
    );
    return refuseIncomplete(missing, 'Re-examine the query-string parameters.');
  }
  if (isInQuery) {
    const message =
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    return { code: 'InvalidSignatureException', message };
  }
  const given = new Set(
    authorization
      .split(/[, ]+/)
      .slice(1)
      .filter((part) => /=./.test(part))
      .map((part) => part.split('=')[0]!),
  );
  const missing = HEADER_MEMBERS.filter((name) => !given.has(name)).map(
    (name) => `Authorization header requires '${name}' parameter. `,
  );
  if (headers['x-amz-date'] === undefined && headers['date'] === undefined) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    );
  }
  return refuseIncomplete(missing, `Authorization=${authorization}`);
}

function refuseIncomplete(missing: readonly string[], end: string): Flaw | undefined {
  if (missing.length === 0) return undefined;
  return { code: 'IncompleteSignatureException', message: missing.join('') + end };
}

interface Call {
  readonly operation: string;
  readonly body: Uint8Array;
  readonly format: Format;
  readonly signature: Flaw | undefined;
}

/** Returns the status and the value of the reply. */
function call(
  emulator: Emulator,
  { operation, body, format, signature }: Call,
): [status: number, value: object] {
  const request = body.length === 0 ? undefined : format.read(body);
  const isUnknown = !isOperation(operation);
  // A body that cannot be read is refused first, unless there is none.
  if (isUnknown && (body.length === 0 || request !== undefined)) {
    return [400, { __type: 'UnknownOperationException' }];
  }
  if (isUnknown || request === undefined) return [400, { __type: 'SerializationException' }];
  if (signature !== undefined) {
    return [400, { __type: signature.code, message: signature.message }];
  }
  try {
    const result = emulator.call(operation, readRequest(operation, request));
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
