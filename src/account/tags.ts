/**
 * The tags of a stream or a consumer.
 *
 * @module
 */

import type { Tag, TagMap } from '../api/account-types.ts';
import { type FaultResult, refuse } from '../base/fault.ts';
import { TAGS_MAX } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';

/** The tags of a resource, by key. */
export type Tags = ReadonlyMap<string, string>;

/** The characters that the first check allows (docs/facts.md#tags-characters). */
const INVALID_CHARACTER = /[^\p{L}\p{N}\p{Zs}_./=+\-%@:]/u;

/**
 * Refuses keys and values that have characters not allowed in tags. The service checks twice: `%`
 * passes the first check and fails the second (docs/facts.md#tags-characters).
 *
 * @param change What the request does, as the message words it.
 */
export function checkTagCharacters(
  texts: readonly string[],
  change: 'add tags to' | 'remove tags from',
  { streamName, accountId }: StreamIdentity,
): FaultResult | undefined {
  if (texts.some((text) => INVALID_CHARACTER.test(text))) {
    return refuse(
      'InvalidArgumentException',
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :.',
    );
  }
  if (texts.some((text) => text.includes('%'))) {
    return refuse(
      'InvalidArgumentException',
      `Failed to ${change} stream ${streamName} under account ${accountId} because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@',':'.`,
    );
  }
  return undefined;
}

/** Refuses the tags of a new stream or consumer, or returns undefined if they are allowed. */
export function checkTags(tags: Tags, stream: StreamIdentity): FaultResult | undefined {
  return checkTagCharacters([...tags].flat(), 'add tags to', stream) ?? checkTagCount(tags, stream);
}

/**
 * Refuses more tags than a resource may have (docs/facts.md#tags-count). The message says ten, the
 * limit at the time it was recorded.
 */
export function checkTagCount(
  tags: Tags,
  { streamName, accountId }: StreamIdentity,
): FaultResult | undefined {
  if (tags.size <= TAGS_MAX) return undefined;
  return refuse(
    'InvalidArgumentException',
    `Failed to add tags to stream ${streamName} under account ${accountId} because a given stream cannot have more than 10 tags associated with it.`,
  );
}

/** Returns the tags with others added. Added tags replace those with the same keys. */
export function addTags(tags: Tags, added: TagMap): Tags {
  return new Map([...tags, ...Object.entries(added)]);
}

/** Returns the tags without some keys. Keys that no tag has are ignored. */
export function removeTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys);
  return new Map([...tags].filter(([key]) => !removed.has(key)));
}

/** Returns the tags by ascending key, in order of UTF-16 code units. */
export function listTags(tags: Tags): Tag[] {
  return [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ Key: key, Value: value }));
}
