/**
 * The snapshot of an account: its format, its writer and its reader.
 *
 * @module
 */

import {
  assertString,
  describe,
  isArgumentError,
  wrongType,
  wrongValue,
} from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { TAGS_MAX } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { readSnapshot } from '../stream/snapshot/read-snapshot.ts';
import type { StreamSnapshot } from '../stream/snapshot/snapshot.ts';
import { SnapshotReader } from '../stream/snapshot/snapshot-reader.ts';
import { StreamMachine } from '../stream/stream-machine.ts';
import {
  ACCOUNT_MEMBERS,
  type AccountConfig,
  type AccountContext,
  resolveAccountContext,
} from './account-config.ts';
import type { AccountState, HostedStream } from './account-state.ts';
import { formatConsumerArn, type StreamConsumer } from './consumers.ts';
import { hostOf } from './stream-operations.ts';
import type { Tags } from './tags.ts';

/** The version of the format that the library writes and reads. */
const ACCOUNT_SNAPSHOT_VERSION = 1;

/** Tags in a snapshot, as pairs of key and value. */
type TagsSnapshot = readonly (readonly [key: string, value: string])[];

/** A registered consumer in a snapshot. Times are epoch milliseconds. */
export interface ConsumerSnapshot {
  readonly name: string;
  readonly createdAtMs: number;
  readonly activeAtMs: number;
  /** When the consumer is gone; null unless it is DELETING. */
  readonly goneAtMs: number | null;
  readonly tags: TagsSnapshot;
  readonly policy: string | null;
}

/** The whole state of an account as plain JSON. Times are epoch milliseconds. */
export interface AccountSnapshot {
  readonly version: typeof ACCOUNT_SNAPSHOT_VERSION;
  readonly context: AccountConfig;
  readonly streams: readonly {
    readonly stream: StreamSnapshot;
    readonly tags: TagsSnapshot;
    readonly policy: string | null;
    readonly consumers: readonly ConsumerSnapshot[];
  }[];
}

/** Returns the snapshot of an account. */
export function writeAccountSnapshot({ config, streams }: AccountState): AccountSnapshot {
  return {
    version: ACCOUNT_SNAPSHOT_VERSION,
    context: { ...config },
    streams: [...streams.values()].map(({ stream, tags, policy, consumers }) => ({
      stream: stream.snapshot(),
      tags: [...tags],
      policy: policy ?? null,
      consumers: [...consumers.values()].map((consumer) => ({
        name: consumer.name,
        createdAtMs: consumer.createdAtMs,
        activeAtMs: consumer.activeAtMs,
        goneAtMs: consumer.goneAtMs ?? null,
        tags: [...consumer.tags],
        policy: consumer.policy ?? null,
      })),
    })),
  };
}

/**
 * Reads the state of an account from a snapshot, which is not trusted.
 *
 * @returns The state, or an `InvalidSnapshot` fault that says what is wrong and where.
 */
export function readAccountSnapshot(
  snapshot: unknown,
  lastSequenceNumbers: ReadonlyMap<string, Iterable<string>>,
): Result<AccountState> {
  try {
    return readState(new SnapshotReader(snapshot, 'snapshot'), lastSequenceNumbers);
  } catch (error) {
    // Assertions throw because a wrong argument is usually a bug of the caller. Here it is wrong
    // data.
    if (!isArgumentError(error)) throw error;
    return refuse('InvalidSnapshot', error.message);
  }
}

function readState(
  root: SnapshotReader,
  lastSequenceNumbers: ReadonlyMap<string, Iterable<string>>,
): Result<AccountState> {
  root.choice('version', [ACCOUNT_SNAPSHOT_VERSION]);
  const config = readConfig(root.child('context'));
  const state: AccountState = { config, streams: new Map(), revision: 0 };
  for (const entry of root.children('streams', (child) => child)) {
    const { stream: snapshot } = entry.members;
    const parts = readSnapshot(snapshot, (name) => lastSequenceNumbers.get(name));
    if (!parts.ok) {
      return refuse('InvalidSnapshot', `${entry.title}.stream: ${parts.fault.message}`);
    }
    const { streamName: name, accountId, region } = parts.value.config;
    if (accountId !== config.accountId || region !== config.region) {
      throw wrongValue(
        `${entry.title}.stream must be of account ${config.accountId} in ${config.region}: got ${accountId} in ${region}`,
      );
    }
    if (state.streams.has(name)) {
      throw wrongValue(`${entry.title}.stream must have a name of its own: got ${name} twice`);
    }
    const stream = new StreamMachine(parts.value, hostOf(state, name));
    const hosted: HostedStream = {
      name,
      stream,
      tags: readTags(entry),
      policy: readPolicy(entry),
      consumers: new Map(),
    };
    for (const consumer of entry.children('consumers', (child) =>
      readConsumer(child, stream.arn),
    )) {
      if (hosted.consumers.has(consumer.name)) {
        throw wrongValue(
          `${entry.title}.consumers must have names of their own: got ${consumer.name} twice`,
        );
      }
      hosted.consumers.set(consumer.name, consumer);
    }
    state.streams.set(name, hosted);
  }
  for (const name of lastSequenceNumbers.keys()) {
    if (!state.streams.has(name)) {
      throw wrongValue(
        `lastSequenceNumbers must be of streams of the snapshot: got ${describe(name)}`,
      );
    }
  }
  return ok(state);
}

/** All members must be present: a missing one would get today's default, not the value it had. */
function readConfig(context: SnapshotReader): AccountConfig {
  const options = readOptions(
    context.members as unknown as AccountContext,
    ACCOUNT_MEMBERS,
    context.title,
  );
  for (const name of ACCOUNT_MEMBERS) {
    if (options[name] !== undefined && options[name] !== null) continue;
    throw wrongType(`${context.title}.${name} must be present: got ${describe(options[name])}`);
  }
  return resolveAccountContext(options, context.title);
}

function readConsumer(entry: SnapshotReader, streamArn: string): StreamConsumer {
  const name = entry.text('name', /^[a-zA-Z0-9_.-]{1,128}$/);
  const createdAtMs = entry.time('createdAtMs');
  return {
    name,
    arn: formatConsumerArn(streamArn, name, createdAtMs),
    createdAtMs,
    activeAtMs: entry.time('activeAtMs'),
    goneAtMs: entry.optionalTime('goneAtMs'),
    tags: readTags(entry),
    policy: readPolicy(entry),
    subscriptions: new Map(),
  };
}

function readTags(entry: SnapshotReader): Tags {
  const pairs = entry.list('tags', (pair, title): [string, string] => {
    const [key, value] = Array.isArray(pair) ? [pair[0], pair[1]] : [];
    assertString(key, `${title}[0]`);
    assertString(value, `${title}[1]`);
    return [key, value];
  });
  const tags = new Map(pairs);
  if (tags.size === pairs.length && tags.size <= TAGS_MAX) return tags;
  throw wrongValue(`${entry.title}.tags must be at most ${TAGS_MAX}, with keys of their own`);
}

function readPolicy(entry: SnapshotReader): string | undefined {
  const { policy } = entry.members;
  if (policy === null) return undefined;
  assertString(policy, `${entry.title}.policy`);
  return policy;
}
