/**
 * The operations on the tags of streams and consumers.
 *
 * @module
 */

import type {
  AddTagsToStreamInput,
  ListTagsForResourceOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  RemoveTagsFromStreamInput,
  ResourceInput,
  TagMap,
  TagResourceInput,
  UntagResourceInput,
} from '../api/account-types.ts';
import { mapValue, ok, type Result } from '../base/fault.ts';
import type { EmptyOutput } from '../stream/stream.ts';
import { type AccountState, identityOf, requireStream } from './account-state.ts';
import { requireResource } from './resource.ts';
import {
  addTags,
  checkTagCharacters,
  checkTagCount,
  listTags,
  removeTags,
  type Tags,
} from './tags.ts';

/** A stream or a consumer: what has tags. */
interface Tagged {
  tags: Tags;
}

/** Answers AddTagsToStream. */
export function addTagsToStream(
  state: AccountState,
  request: AddTagsToStreamInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireStream(state, 'AddTagsToStream', request, nowMs);
  if (!found.ok) return found;
  return add(state, found.value, found.value.name, request.Tags!);
}

/** Answers TagResource. */
export function tagResource(
  state: AccountState,
  request: TagResourceInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireResource(state, 'TagResource', request, nowMs);
  if (!found.ok) return found;
  return add(state, found.value.resource, found.value.hosted.name, request.Tags!);
}

/** Answers RemoveTagsFromStream. */
export function removeTagsFromStream(
  state: AccountState,
  request: RemoveTagsFromStreamInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireStream(state, 'RemoveTagsFromStream', request, nowMs);
  if (!found.ok) return found;
  return remove(state, found.value, found.value.name, request.TagKeys!);
}

/** Answers UntagResource. */
export function untagResource(
  state: AccountState,
  request: UntagResourceInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireResource(state, 'UntagResource', request, nowMs);
  if (!found.ok) return found;
  return remove(state, found.value.resource, found.value.hosted.name, request.TagKeys!);
}

/** Answers ListTagsForStream. */
export function listTagsForStream(
  state: AccountState,
  request: ListTagsForStreamInput,
  nowMs: number,
): Result<ListTagsForStreamOutput> {
  const found = requireStream(state, 'ListTagsForStream', request, nowMs);
  if (!found.ok) return found;
  const { ExclusiveStartTagKey: after, Limit } = request;
  const all = listTags(found.value.tags);
  const listed = all.filter(({ Key }) => after === undefined || after === null || Key > after);
  const Tags = listed.slice(0, Limit ?? listed.length);
  return ok({ Tags, HasMoreTags: Tags.length < listed.length });
}

/** Answers ListTagsForResource. */
export function listTagsForResource(
  state: AccountState,
  request: ResourceInput,
  nowMs: number,
): Result<ListTagsForResourceOutput> {
  const found = requireResource(state, 'ListTagsForResource', request, nowMs);
  return mapValue(found, ({ resource }) => ({ Tags: listTags(resource.tags) }));
}

function add(
  state: AccountState,
  tagged: Tagged,
  streamName: string,
  added: TagMap,
): Result<EmptyOutput> {
  const stream = identityOf(state, streamName);
  const texts = [...Object.keys(added), ...Object.values(added)];
  const tags = addTags(tagged.tags, added);
  const refused = checkTagCharacters(texts, 'add tags to', stream) ?? checkTagCount(tags, stream);
  if (refused !== undefined) return refused;
  setTags(state, tagged, tags);
  return ok({});
}

function remove(
  state: AccountState,
  tagged: Tagged,
  streamName: string,
  keys: readonly string[],
): Result<EmptyOutput> {
  const stream = identityOf(state, streamName);
  const refused = checkTagCharacters(keys, 'remove tags from', stream);
  if (refused !== undefined) return refused;
  setTags(state, tagged, removeTags(tagged.tags, keys));
  return ok({});
}

function setTags(state: AccountState, tagged: Tagged, tags: Tags): void {
  const isChanged =
    tags.size !== tagged.tags.size ||
    [...tags].some(([key, value]) => tagged.tags.get(key) !== value);
  if (!isChanged) return;
  tagged.tags = tags;
  state.revision++;
}
