/**
 * The operations on the tags of streams and consumers. Each older operation, on a stream, has a
 * newer counterpart on any resource.
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
  TagResourceInput,
  UntagResourceInput,
} from '../api/account-types.ts';
import { mapValue, ok, type Result } from '../base/fault.ts';
import type { EmptyOutput } from '../stream/stream.ts';
import { type AccountState, identityOf, requireStream } from './account-state.ts';
import { requireResource, requireTaggable } from './resource.ts';
import {
  addTags,
  checkTagCharacters,
  checkTagCount,
  listTags,
  removeTags,
  type Tags,
} from './tags.ts';

/** Answers AddTagsToStream and TagResource. */
export function add(
  state: AccountState,
  operation: 'AddTagsToStream' | 'TagResource',
  request: AddTagsToStreamInput | TagResourceInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireTaggable(state, operation, request, nowMs);
  if (!found.ok) return found;
  const { hosted, resource } = found.value;
  const stream = identityOf(state, hosted.name);
  const added = request.Tags!;
  const texts = [...Object.keys(added), ...Object.values(added)];
  const tags = addTags(resource.tags, added);
  const refused = checkTagCharacters(texts, 'add tags to', stream) ?? checkTagCount(tags, stream);
  if (refused !== undefined) return refused;
  setTags(state, resource, tags);
  return ok({});
}

/** Answers RemoveTagsFromStream and UntagResource. */
export function remove(
  state: AccountState,
  operation: 'RemoveTagsFromStream' | 'UntagResource',
  request: RemoveTagsFromStreamInput | UntagResourceInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireTaggable(state, operation, request, nowMs);
  if (!found.ok) return found;
  const { hosted, resource } = found.value;
  const keys = request.TagKeys!;
  const refused = checkTagCharacters(keys, 'remove tags from', identityOf(state, hosted.name));
  if (refused !== undefined) return refused;
  setTags(state, resource, removeTags(resource.tags, keys));
  return ok({});
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

function setTags(state: AccountState, tagged: { tags: Tags }, tags: Tags): void {
  const isChanged =
    tags.size !== tagged.tags.size ||
    [...tags].some(([key, value]) => tagged.tags.get(key) !== value);
  if (!isChanged) return;
  tagged.tags = tags;
  state.revision++;
}
