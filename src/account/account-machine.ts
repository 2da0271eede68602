/**
 * An account in memory: finds the stream of each request, and answers requests that no single
 * stream can.
 *
 * @module
 */

import { copyPutRecord, copyPutRecords, copyRequest } from '../api/copy-request.ts';
import type { OperationName } from '../api/service-model.ts';
import { assertString } from '../base/argument.ts';
import { type FaultResult, ok } from '../base/fault.ts';
import { isShallowEqual, readOptions } from '../base/options.ts';
import type { Stream } from '../stream/stream.ts';
import { assertCallTime, mergeContext } from '../stream/stream-config.ts';
import { StreamMachine } from '../stream/stream-machine.ts';
import type { Account, AccountOperations } from './account.ts';
import {
  ACCOUNT_CHANGES,
  type AccountContextChanges,
  resolveAccountContext,
} from './account-config.ts';
import { describeAccountSettings, describeLimits } from './account-limits.ts';
import { type AccountSnapshot, writeAccountSnapshot } from './account-snapshot.ts';
import {
  type AccountState,
  dropGone,
  findStream,
  type HostedStream,
  requireStream,
} from './account-state.ts';
import * as consumers from './consumer-operations.ts';
import * as policies from './policy-operations.ts';
import { getRecords, getShardIterator } from './reading.ts';
import * as streams from './stream-operations.ts';
import { subscribeToShard } from './subscription.ts';
import * as tags from './tag-operations.ts';

/** The handlers of operations that need more than their stream. */
type AccountHandlers = {
  readonly [K in OperationName]?: (
    state: AccountState,
    request: AccountOperations[K][0],
    nowMs: number,
  ) => AccountOperations[K][1];
};

/** The handlers of all other operations, which the stream of the request answers. */
type StreamHandlers = {
  readonly [K in OperationName]?: (
    hosted: HostedStream,
    request: AccountOperations[K][0],
    nowMs: number,
  ) => AccountOperations[K][1];
};

const ACCOUNT_HANDLERS = {
  AddTagsToStream: (state, request, nowMs) => tags.add(state, 'AddTagsToStream', request, nowMs),
  CreateStream: streams.createStream,
  DeleteResourcePolicy: policies.deleteResourcePolicy,
  DeleteStream: streams.deleteStream,
  DeregisterStreamConsumer: consumers.deregisterStreamConsumer,
  DescribeAccountSettings: () => ok(describeAccountSettings()),
  DescribeLimits: (state, _, nowMs) => ok(describeLimits(state, nowMs)),
  DescribeStreamConsumer: consumers.describeStreamConsumer,
  GetRecords: getRecords,
  GetResourcePolicy: policies.getResourcePolicy,
  GetShardIterator: getShardIterator,
  ListShards: streams.listShards,
  ListStreamConsumers: consumers.listStreamConsumers,
  ListStreams: streams.listStreams,
  ListTagsForResource: tags.listTagsForResource,
  ListTagsForStream: tags.listTagsForStream,
  PutResourcePolicy: policies.putResourcePolicy,
  RegisterStreamConsumer: consumers.registerStreamConsumer,
  RemoveTagsFromStream: (state, request, nowMs) =>
    tags.remove(state, 'RemoveTagsFromStream', request, nowMs),
  SubscribeToShard: subscribeToShard,
  TagResource: (state, request, nowMs) => tags.add(state, 'TagResource', request, nowMs),
  UntagResource: (state, request, nowMs) => tags.remove(state, 'UntagResource', request, nowMs),
} as const satisfies AccountHandlers;

const STREAM_HANDLERS = {
  DecreaseStreamRetentionPeriod: ({ stream }, request, nowMs) =>
    stream.decreaseStreamRetentionPeriod(request, nowMs),
  DescribeStream: ({ stream }, request, nowMs) => stream.describeStream(request, nowMs),
  DescribeStreamSummary: streams.describeStreamSummary,
  DisableEnhancedMonitoring: ({ stream }, request, nowMs) =>
    stream.disableEnhancedMonitoring(request, nowMs),
  EnableEnhancedMonitoring: ({ stream }, request, nowMs) =>
    stream.enableEnhancedMonitoring(request, nowMs),
  IncreaseStreamRetentionPeriod: ({ stream }, request, nowMs) =>
    stream.increaseStreamRetentionPeriod(request, nowMs),
  MergeShards: ({ stream }, request, nowMs) => stream.mergeShards(request, nowMs),
  // The request of a put is copied only once, because a copy is a tenth of the cost of a put.
  PutRecord: ({ stream }, request, nowMs) => StreamMachine.putCopiedRecord(stream, request, nowMs),
  PutRecords: ({ stream }, request, nowMs) =>
    StreamMachine.putCopiedRecords(stream, request, nowMs),
  SplitShard: ({ stream }, request, nowMs) => stream.splitShard(request, nowMs),
  StartStreamEncryption: ({ stream }, request, nowMs) =>
    stream.startStreamEncryption(request, nowMs),
  StopStreamEncryption: ({ stream }, request, nowMs) => stream.stopStreamEncryption(request, nowMs),
  UpdateMaxRecordSize: ({ stream }, request, nowMs) => stream.updateMaxRecordSize(request, nowMs),
  UpdateShardCount: ({ stream }, request, nowMs) => stream.updateShardCount(request, nowMs),
  UpdateStreamMode: ({ stream }, request, nowMs) => stream.updateStreamMode(request, nowMs),
  UpdateStreamRecordDistributionStrategy: ({ stream }, request, nowMs) =>
    stream.updateStreamRecordDistributionStrategy(request, nowMs),
  UpdateStreamWarmThroughput: ({ stream }, request, nowMs) =>
    stream.updateStreamWarmThroughput(request, nowMs),
} as const satisfies StreamHandlers;

/** An account in memory, behind the interface {@link Account}. */
export class AccountMachine implements Account {
  readonly #state: AccountState;

  constructor(state: AccountState) {
    this.#state = state;
  }

  call<K extends OperationName>(
    operation: K,
    request: AccountOperations[K][0],
    nowMs: number,
  ): AccountOperations[K][1] {
    assertCallTime(nowMs);
    const copy = copyFor(operation, request);
    const state = this.#state;
    const { revision } = state;
    const result = answer(state, operation, copy, nowMs);
    if (state.revision !== revision) dropGone(state, nowMs);
    return result;
  }

  stream(name: string): Stream | undefined {
    assertString(name, 'name');
    return this.#state.streams.get(name)?.stream;
  }

  streamNames(): string[] {
    return [...this.#state.streams.keys()].sort();
  }

  get revision(): number {
    return this.#state.revision;
  }

  updateContext(changes: AccountContextChanges): void {
    const state = this.#state;
    const changed = readOptions(changes, ACCOUNT_CHANGES, 'changes');
    // This checks all values first, so that no stream throws halfway.
    const config = resolveAccountContext(mergeContext(state.config, changed), 'changes');
    const { onDemandStreamLimit: _, ...ofStreams } = changed;
    for (const { stream } of state.streams.values()) stream.updateContext(ofStreams);
    if (isShallowEqual(config, state.config)) return;
    state.config = config;
    state.revision++;
  }

  snapshot(): AccountSnapshot {
    return writeAccountSnapshot(this.#state);
  }
}

/** Answers a copy of a request. */
function answer<K extends OperationName>(
  state: AccountState,
  operation: K,
  copy: AccountOperations[K][0],
  nowMs: number,
): AccountOperations[K][1] {
  const handler = (ACCOUNT_HANDLERS as AccountHandlers)[operation];
  if (handler !== undefined) return handler(state, copy, nowMs);
  // The stream validates the request itself, so a valid request is validated only once.
  const hosted = findStream(state, copy, nowMs);
  if (hosted !== undefined) {
    return (STREAM_HANDLERS as StreamHandlers)[operation]!(hosted, copy, nowMs);
  }
  return requireStream(state, operation, copy, nowMs) as FaultResult;
}

/** Returns a copy of a request. Puts have a copier of their own, which takes nanoseconds. */
function copyFor<K extends OperationName>(
  operation: K,
  request: AccountOperations[K][0],
): AccountOperations[K][0] {
  if (operation === 'PutRecord') return copyPutRecord(request as never);
  if (operation === 'PutRecords') return copyPutRecords(request as never);
  return copyRequest(operation, request);
}
