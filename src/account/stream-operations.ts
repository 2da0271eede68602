/**
 * CreateStream, DeleteStream, ListStreams and ListShards: the operations that create, delete or
 * list streams, or find one by a token.
 *
 * @module
 */

import type {
  DeleteStreamInput,
  ListStreamsInput,
  ListStreamsOutput,
  StreamSummary,
} from '../api/account-types.ts';
import type {
  CreateStreamInput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  ListShardsInput,
  ListShardsOutput,
} from '../api/aws-types.ts';
import { checkCombination } from '../api/member-combinations.ts';
import { refuseInvalidToken } from '../api/service-errors.ts';
import { isAbsent } from '../api/service-model.ts';
import { mapValue, ok, type Result, refuse, unwrap } from '../base/fault.ts';
import { LISTED_STREAMS_MAX } from '../base/limits.ts';
import { buildStream, readName } from '../stream/create-stream.ts';
import { readTokenStream } from '../stream/query/next-token.ts';
import type { EmptyOutput } from '../stream/stream.ts';
import type { StreamHost } from '../stream/stream-config.ts';
import { configOfStream } from './account-config.ts';
import { checkOnDemandQuota, checkStreamsAtOnce } from './account-limits.ts';
import {
  type AccountState,
  consumersAt,
  countOpenShards,
  type HostedStream,
  identityOf,
  refuseInvalid,
  requireStream,
  streamAt,
  streamsAt,
} from './account-state.ts';
import { formatPageToken, parsePageToken } from './page-token.ts';
import { checkTags, type Tags } from './tags.ts';

/**
 * Answers CreateStream. A name in use is refused before any quota (docs/facts.md#stream-exists).
 * The order of the other checks is not known (docs/known-gaps.md#creation-checks).
 */
export function createStream(
  state: AccountState,
  request: CreateStreamInput,
  nowMs: number,
): Result<EmptyOutput> {
  const name = readName(request);
  const identity = identityOf(state, name);
  let tags: Tags = new Map();
  const checkAccount = () => {
    if (streamAt(state, name, nowMs) !== undefined) {
      return refuse(
        'ResourceInUseException',
        `Stream ${name} under account ${identity.accountId} already exists.`,
      );
    }
    tags = new Map(Object.entries(request.Tags ?? {}));
    return checkTags(tags, identity) ?? checkStreamsAtOnce(state, nowMs);
  };
  const account = { host: hostOf(state, name), checkAccount };
  const stream = buildStream(request, configOfStream(state.config, name), nowMs, account);
  if (!stream.ok) return stream;
  state.streams.set(name, {
    name,
    stream: stream.value,
    consumers: new Map(),
    tags,
    policy: undefined,
  });
  state.revision++;
  return ok({});
}

/** Returns what a stream needs from its account: quota checks, and a way to note changes. */
export function hostOf(state: AccountState, streamName: string): StreamHost {
  return {
    checkStreamMode: (streamMode, nowMs) =>
      streamMode === 'ON_DEMAND' ? checkOnDemandQuota(state, nowMs) : undefined,
    // On-demand streams have no part in the quota (docs/facts.md#shard-quota-counts).
    countOtherOpenShards: (nowMs) =>
      countOpenShards(
        state,
        nowMs,
        ({ name, stream }) => name !== streamName && stream.streamMode === 'PROVISIONED',
      ),
    noteChange: () => {
      state.revision++;
    },
  };
}

/**
 * Answers DeleteStream. A stream with consumers is deleted only if the request says so
 * (docs/facts.md#delete-consumers).
 */
export function deleteStream(
  state: AccountState,
  request: DeleteStreamInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireStream(state, 'DeleteStream', request, nowMs);
  if (!found.ok) return found;
  const { name, stream } = found.value;
  const { size } = consumersAt(found.value, nowMs);
  if (size > 0 && request.EnforceConsumerDeletion !== true) {
    return refuse(
      'ResourceInUseException',
      `Stream ${name} under account ${state.config.accountId} has ${size} registered consumers. Set EnforceConsumerDeletion to delete it.`,
    );
  }
  return stream.deleteStream(request, nowMs);
}

/** Answers ListStreams, by ascending name. */
export function listStreams(
  state: AccountState,
  request: ListStreamsInput,
  nowMs: number,
): Result<ListStreamsOutput> {
  const invalid = refuseInvalid(state, 'ListStreams', request);
  if (invalid !== undefined) return invalid;
  const { accountId, region } = state.config;
  const scope = `ListStreams:${accountId}:${region}`;
  const { NextToken, ExclusiveStartStreamName, Limit } = request;
  const token = isAbsent(NextToken)
    ? ok(ExclusiveStartStreamName ?? '')
    : parsePageToken(NextToken!, scope, nowMs);
  return mapValue(token, (after) => {
    const all = streamsAt(state, nowMs)
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = all.slice(0, Math.min(Limit ?? LISTED_STREAMS_MAX, LISTED_STREAMS_MAX));
    const last = page.at(-1);
    const HasMoreStreams = page.length < all.length;
    return {
      StreamNames: page.map(({ name }) => name),
      HasMoreStreams,
      ...(HasMoreStreams && { NextToken: formatPageToken(last!.name, scope, nowMs) }),
      StreamSummaries: page.map((hosted) => summarize(hosted, nowMs)),
    };
  });
}

function summarize({ name, stream }: HostedStream, nowMs: number): StreamSummary {
  const described = unwrap(stream.describeStreamSummary({ StreamName: name }, nowMs));
  const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } =
    described.StreamDescriptionSummary;
  return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
}

/** Answers DescribeStreamSummary, with the number of consumers. */
export function describeStreamSummary(
  hosted: HostedStream,
  request: DescribeStreamSummaryInput,
  nowMs: number,
): Result<DescribeStreamSummaryOutput> {
  const ConsumerCount = consumersAt(hosted, nowMs).size;
  return mapValue(
    hosted.stream.describeStreamSummary(request, nowMs),
    ({ StreamDescriptionSummary }) => ({
      StreamDescriptionSummary: { ...StreamDescriptionSummary, ConsumerCount },
    }),
  );
}

/** Answers ListShards. A NextToken identifies its stream. */
export function listShards(
  state: AccountState,
  request: ListShardsInput,
  nowMs: number,
): Result<ListShardsOutput> {
  const { NextToken } = request;
  if (isAbsent(NextToken)) {
    const found = requireStream(state, 'ListShards', request, nowMs);
    return found.ok ? found.value.stream.listShards(request, nowMs) : found;
  }
  const invalid = refuseInvalid(state, 'ListShards', request);
  const refused = invalid ?? checkCombination('ListShards', request);
  if (refused !== undefined) return refused;
  const hosted = streamAt(state, readTokenStream(NextToken!), nowMs);
  return hosted === undefined ? refuseInvalidToken() : hosted.stream.listShards(request, nowMs);
}
