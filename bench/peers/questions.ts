/**
 * Turns the vectors into questions to a peer.
 *
 * @module
 */

import { createRequire } from 'node:module';
import { parseSequenceNumber } from 'shardline';
import { expandRequest } from '../../tools/vectors/request.ts';
import type { Peer, PeerResponse } from './peer.ts';

// biome-ignore lint/suspicious/noExplicitAny: cases have six shapes and are read only here.
export type Case = any;

/**
 * The outcome of a case. `otherwise`: the peer differs from a case that is not verified against the
 * service. `not asked`: the peer cannot be asked.
 */
export type Outcome = 'passed' | 'failed' | 'otherwise' | 'not asked';

export interface Verdict {
  readonly title: string;
  readonly outcome: Outcome;
  /** A short name that groups similar differences. Absent for a passed case. */
  readonly difference?: string;
  /** The whole difference. */
  readonly example?: string;
}

const STREAM = 'orders';

function passed(title: string): Verdict {
  return { title, outcome: 'passed' };
}

function notAsked(title: string, difference: string): Verdict {
  return { title, outcome: 'not asked', difference };
}

function differs(title: string, isVerified: boolean, difference: string, example: string): Verdict {
  return { title, outcome: isVerified ? 'failed' : 'otherwise', difference, example };
}

/** `200`, or the error's name, or the bare status where there is no name. */
function nameOf({ status, body }: PeerResponse): string {
  if (status === 200) return 'accepted';
  return `${body.__type ?? ''}`.split('#').pop() || `HTTP ${status}`;
}

function messageOf({ body }: PeerResponse): string {
  return body.message ?? body.Message ?? '';
}

const UNKNOWN = ['UnknownOperationException', 'UnknownOperation'];

async function ask(peer: Peer, operation: string, request: unknown): Promise<PeerResponse> {
  try {
    return await peer.call(operation, expandRequest(request));
  } catch {
    await peer.restart();
    return { status: 0, body: { __type: 'no response' } };
  }
}

const KEYS = 2n ** 128n;
const SHARDS = 256;

/** Asked through the shard in the response, which reveals eight bits of each hash. */
export async function askPartitionKeys(peer: Peer, cases: Case[]): Promise<Verdict[]> {
  await peer.recreate({ StreamName: STREAM, ShardCount: SHARDS });
  const verdicts: Verdict[] = [];
  for (const { title, partitionKey, codePoints, hashKey } of cases) {
    if (codePoints === 0) {
      verdicts.push(notAsked(title, 'no request may carry an empty key'));
      continue;
    }
    const request = { StreamName: STREAM, PartitionKey: partitionKey, Data: '' };
    const response = await ask(peer, 'PutRecord', request);
    const index = (BigInt(hashKey) * BigInt(SHARDS)) / KEYS;
    const wanted = `shardId-${String(index).padStart(12, '0')}`;
    const got = response.body.ShardId ?? `${nameOf(response)}: ${messageOf(response)}`;
    verdicts.push(
      got === wanted
        ? passed(title)
        : differs(title, true, `accepted became ${nameOf(response)}`, `${wanted} became ${got}`),
    );
  }
  return verdicts;
}

export async function askUniformRanges(peer: Peer, cases: Case[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { shardCount, verified, ranges } of cases) {
    const title = `${shardCount} shards`;
    await peer.recreate({ StreamName: STREAM, ShardCount: shardCount });
    const { body } = await ask(peer, 'ListShards', { StreamName: STREAM });
    const listed: Case[] = body.Shards ?? [];
    const wrong = ranges.findIndex(
      (range: Case, i: number) =>
        listed[i]?.HashKeyRange?.StartingHashKey !== range.startingHashKey ||
        listed[i]?.HashKeyRange?.EndingHashKey !== range.endingHashKey,
    );
    if (wrong < 0 && listed.length === shardCount) {
      verdicts.push(passed(title));
      continue;
    }
    const { startingHashKey, endingHashKey } = ranges[wrong];
    const { StartingHashKey, EndingHashKey } = listed[wrong]?.HashKeyRange ?? {};
    const example = `shard ${wrong} is ${startingHashKey} to ${endingHashKey}, became ${StartingHashKey} to ${EndingHashKey}`;
    verdicts.push(differs(title, verified, 'other boundaries', example));
  }
  return verdicts;
}

/**
 * Asked as SequenceNumberForOrdering: which numbers are accepted, and with which errors the others
 * are refused.
 */
export async function askOrdering(peer: Peer, cases: Case[]): Promise<Verdict[]> {
  await peer.recreate({ StreamName: STREAM, ShardCount: 1 });
  const verdicts: Verdict[] = [];
  for (const { kind, sequenceNumber, fields, tier, source } of cases) {
    if (kind === 'order') continue;
    const title = JSON.stringify(sequenceNumber);
    if ((fields?.writtenAtMs ?? 0) > Date.now()) {
      verdicts.push(notAsked(title, 'a number from the future is refused for that'));
      continue;
    }
    const request = {
      StreamName: STREAM,
      PartitionKey: 'a',
      Data: '',
      SequenceNumberForOrdering: sequenceNumber,
    };
    const response = await ask(peer, 'PutRecord', request);
    const isNumber = /^(?:0|[1-9]\d{0,128})$/.test(sequenceNumber);
    const refusal = isNumber ? 'InvalidArgumentException' : 'ValidationException';
    const wanted = kind === 'refused' ? refusal : 'accepted';
    const got = nameOf(response);
    // Real numbers, those that were sent with PutRecord, and texts that the pattern rules out.
    const isSent = /kinesalite test\/putRecord|chain of PutRecord/.test(source ?? '');
    const isVerified = tier === 'real' || isSent || !isNumber;
    verdicts.push(
      got === wanted
        ? passed(title)
        : differs(
            title,
            isVerified,
            `${wanted} became ${got}`,
            `${title}: ${got} ${messageOf(response)}`,
          ),
    );
  }
  return verdicts;
}

interface KinesaliteNumbers {
  parseSequence(sequence: string): Case;
  stringifySequence(parts: Case): string;
}

/** The fields of numbers, which no operation shows: asked of kinesalite's own functions. */
export function askFields(peer: Peer, cases: Case[]): Verdict[] {
  const fielded = cases.filter(({ kind }) => kind === 'decode' || kind === 'encode');
  if (peer.name !== 'kinesalite') {
    return fielded.map(({ sequenceNumber }) =>
      notAsked(sequenceNumber, 'no function that reads a number is exported'),
    );
  }
  const require = createRequire(import.meta.url);
  const { parseSequence, stringifySequence }: KinesaliteNumbers = require('kinesalite/db');
  return fielded.map(({ title, sequenceNumber, canonical = sequenceNumber, fields, tier }) => {
    const hex = (value: string, digits: number) => BigInt(value).toString(16).padStart(digits, '0');
    const wanted = {
      version: fields.version,
      shardIx: fields.shardIndex,
      shardCreateTime: fields.shardCreatedAtMs,
      byte1: fields.unknownByte.toString(16).padStart(2, '0'),
      ...(fields.sequenceIndex !== undefined && { seqIx: fields.sequenceIndex }),
      ...(fields.writtenAtMs !== undefined && { seqTime: fields.writtenAtMs }),
      ...(fields.randomBits !== undefined && {
        seqRand: hex(fields.randomBits, fields.version === 0 ? 16 : 14),
      }),
    };
    const name = title ?? sequenceNumber;
    // The layout is inferred from real numbers. Edges that occur in none of them are not verified.
    const isVerified = tier === 'real' || tier === 'sent';
    try {
      const read = parseSequence(sequenceNumber);
      if (read.seqIx !== undefined) read.seqIx = `${read.seqIx}`;
      const wrong = Object.entries(wanted).find(([field, value]) => read[field] !== value);
      if (wrong !== undefined) {
        const example = `${name}: ${wrong[0]} ${wrong[1]} became ${read[wrong[0]]}`;
        return differs(
          name,
          isVerified,
          `${wrong[0]} of version ${wanted.version} is read wrongly`,
          example,
        );
      }
      const nibble = fields.shardNibble;
      if (nibble !== undefined && nibble !== (fields.shardIndex & 15)) return passed(name);
      const written = stringifySequence(wanted);
      if (written === canonical) return passed(name);
      return differs(
        name,
        isVerified,
        'written wrongly',
        `${name}: ${canonical} became ${written}`,
      );
    } catch (error) {
      const example = `${name}: ${(error as Error).message}`;
      return differs(name, isVerified, 'a number is not read', example);
    }
  });
}

/** The violations of a message in any order, as production gives them. */
function violationsOf(message: string): string {
  const head = /^\d+ validation errors? detected: /.exec(message)?.[0] ?? '';
  return head + message.slice(head.length).split('; ').sort().join('; ');
}

function omitValues(message: string): string {
  return message.replace(/Value (?:null|'[^']*') at '/g, "Value at '");
}

export async function askValidation(peer: Peer, { stream, cases }: Case): Promise<Verdict[]> {
  const { createdAtMs: _, ...created } = stream;
  const verdicts: Verdict[] = [];
  for (const one of cases) {
    const { title, operation, request, verified, accepted, code, message } = one;
    await peer.recreate(created);
    const response = await ask(peer, operation, request);
    if (operation === 'CreateStream' && response.status === 200) {
      await peer.remove(request.StreamName);
    }
    const got = nameOf(response);
    const told = messageOf(response);
    const wanted = accepted ? 'accepted' : code;
    if (UNKNOWN.includes(got)) {
      verdicts.push(notAsked(title, `there is no ${operation}`));
    } else if (got !== wanted) {
      const example = `${title}: ${operation} returns ${got} ${told}`;
      verdicts.push(differs(title, verified, `${wanted} became ${got}`, example));
    } else if (accepted) {
      const isThere = one.shardId === undefined || one.shardId === response.body.ShardId;
      const example = `${title}: ${one.shardId} became ${response.body.ShardId}`;
      verdicts.push(isThere ? passed(title) : differs(title, verified, 'another shard', example));
    } else {
      // A peer may show all values, as production did, or none, which no message contradicts.
      const texts = [message, one.messageWithValues ?? message, omitValues(message)];
      const isSame = texts.some((text) => violationsOf(told) === violationsOf(text));
      const example = `${title}: ${told} instead of ${message}`;
      verdicts.push(
        isSame ? passed(title) : differs(title, verified, `other words of ${code}`, example),
      );
    }
  }
  return verdicts;
}

/**
 * The longest time between two steps of a case. A peer follows its own clock, so longer ones cannot
 * be asked.
 */
const STEP_MS_MAX = 600_000;

interface Reshards {
  readonly shards: Verdict[];
  readonly numbers: Verdict[];
}

/** Returns why a script cannot be asked, or undefined if it can. */
function obstacle({ shardLimit, transitionMs, createdAtMs, steps }: Case): string | undefined {
  if (shardLimit !== undefined) return 'the quota is that of the whole process';
  if (transitionMs !== undefined) return 'needs a clock that is set from outside';
  const times = [createdAtMs, ...steps.map(({ atMs }: Case) => atMs)];
  const isFar = times.some((atMs, i) => i > 0 && atMs - times[i - 1] > STEP_MS_MAX);
  return isFar ? 'needs a clock that is set from outside' : undefined;
}

export async function askReshard(peer: Peer, cases: Case[]): Promise<Reshards> {
  const shards: Verdict[] = [];
  const numbers: Verdict[] = [];
  for (const one of cases) {
    const { title, verified, createStream, steps } = one;
    let hindrance = obstacle(one);
    if (hindrance === undefined) {
      const refusal = await peer.recreate(createStream);
      if (refusal !== undefined) hindrance = `the stream is not created: ${messageOf(refusal)}`;
    }
    let flaw: Verdict | undefined;
    for (const { operation, request, accepted, code, message } of steps) {
      if (hindrance !== undefined || flaw !== undefined) break;
      const response = await ask(peer, operation, request);
      await peer.settle(STREAM);
      const got = nameOf(response);
      const wanted = accepted ? 'accepted' : code;
      if (UNKNOWN.includes(got)) {
        hindrance = `there is no ${operation}`;
      } else if (got !== wanted) {
        const example = `${title}: ${operation} ${JSON.stringify(request)} returns ${got} ${messageOf(response)}`;
        flaw = differs(title, verified, `${operation}: ${wanted} became ${got}`, example);
      } else if (!accepted && messageOf(response) !== message) {
        const example = `${title}: ${messageOf(response)} instead of ${message}`;
        flaw = differs(title, verified, `${operation}: other words of ${code}`, example);
      }
    }
    if (hindrance !== undefined) {
      shards.push(notAsked(title, hindrance));
      numbers.push(notAsked(title, hindrance));
      continue;
    }
    const { body } = await ask(peer, 'ListShards', { StreamName: STREAM });
    const listed: Case[] = body.Shards ?? [];
    shards.push(flaw ?? judgeShards(one, listed));
    numbers.push(flaw ? notAsked(title, 'the shards differ already') : judgeNumbers(title, listed));
  }
  return { shards, numbers };
}

/** Compares ids, parents, ranges, and which shards are open. */
function judgeShards({ title, verified, shards }: Case, listed: Case[]): Verdict {
  const describe = (shard: Case) =>
    [
      shard.ShardId,
      `of ${[shard.ParentShardId, shard.AdjacentParentShardId].filter(Boolean).join(' and ')}`,
      `${shard.HashKeyRange.StartingHashKey} to ${shard.HashKeyRange.EndingHashKey}`,
      shard.SequenceNumberRange.EndingSequenceNumber ? 'closed' : 'open',
    ].join(', ');
  const wanted: string[] = shards.map(describe);
  const got = listed.map(describe);
  const wrong = wanted.findIndex((text, i) => text !== got[i]);
  if (wrong < 0 && wanted.length === got.length) return passed(title);
  const example = `${title}: ${wanted[wrong] ?? 'nothing'} became ${got[Math.max(wrong, 0)] ?? 'nothing'}`;
  return differs(title, verified, 'other shards', example);
}

/**
 * Checks what holds at any time: a shard starts at its creation with index 0 and its own shard
 * index, ends with the highest index, and children are created the second after their parents
 * closed.
 */
function judgeNumbers(title: string, listed: Case[]): Verdict {
  const read = (text: string) => {
    const result = parseSequenceNumber(text);
    return result.ok && result.value.version === 2 ? result.value : undefined;
  };
  const closed = new Map<string, number>();
  for (const { ShardId, SequenceNumberRange, ParentShardId } of listed) {
    const { StartingSequenceNumber, EndingSequenceNumber } = SequenceNumberRange;
    const start = read(StartingSequenceNumber);
    const index = Number(ShardId.slice('shardId-'.length));
    if (start?.shardIndex !== index) {
      const example = `${title}: ${ShardId} starts at ${StartingSequenceNumber}`;
      return differs(title, true, 'a start that is of no such shard', example);
    }
    if (EndingSequenceNumber) {
      const end = read(EndingSequenceNumber);
      if (end?.sequenceIndex !== 2n ** 63n - 1n || end.shardIndex !== index) {
        const example = `${title}: ${ShardId} ends at ${EndingSequenceNumber}`;
        return differs(title, true, 'an end that is not the highest number', example);
      }
      closed.set(ShardId, end.writtenAtMs);
    }
    const parentClosedAtMs = closed.get(ParentShardId);
    if (parentClosedAtMs !== undefined && start.shardCreatedAtMs !== parentClosedAtMs + 1000) {
      const example = `${title}: ${ShardId} is created ${start.shardCreatedAtMs - parentClosedAtMs} ms after its parent closed`;
      return differs(title, true, 'a child not of the next second', example);
    }
  }
  return passed(title);
}

export function askThrottle(_peer: Peer, cases: Case[]): Verdict[] {
  return cases.map(({ title }) => notAsked(title, 'needs a clock that is set from outside'));
}
