/**
 * A reader that checks each member of a snapshot as it reads it.
 *
 * @module
 */

import {
  assertArray,
  assertInteger,
  assertObject,
  assertString,
  describe,
} from '../../base/argument.ts';
import { parseHashKey } from '../../hashing/hash-key.ts';
import type { HashRange } from '../../sharding/hash-key-range.ts';
import { formatShardId } from '../../sharding/shard-id.ts';
import { NOW_MS_MAX, TRANSITION_MS_MAX } from '../stream-config.ts';

/**
 * Highest creation or closing second of a shard, half a day below the highest that fits a sequence
 * number. A shard that was created then can still be resharded 43,200 times at one instant.
 */
const SECOND_MS_MAX = 16_025_131_799_000;

/**
 * Reads the members of one object of a snapshot. Each method throws a TypeError or a RangeError,
 * with the place of the member, if it is invalid.
 */
export class SnapshotReader {
  readonly members: Readonly<Record<string, unknown>>;
  readonly title: string;

  constructor(value: unknown, title: string) {
    assertObject(value, title);
    this.members = value as Record<string, unknown>;
    this.title = title;
  }

  child(name: string): SnapshotReader {
    return new SnapshotReader(this.members[name], `${this.title}.${name}`);
  }

  array(name: string): readonly unknown[] {
    const value = this.members[name];
    assertArray(value, `${this.title}.${name}`);
    return value;
  }

  list(name: string): SnapshotReader[] {
    // Unlike map, Array.from does not skip holes, and the first one throws.
    return Array.from(
      this.array(name),
      (value, i) => new SnapshotReader(value, `${this.title}.${name}[${i}]`),
    );
  }

  text(name: string, pattern: RegExp): string {
    const value = this.members[name];
    const title = `${this.title}.${name}`;
    assertString(value, title);
    if (pattern.test(value)) return value;
    throw new RangeError(`${title} must match ${pattern.source}: got ${describe(value)}`);
  }

  integer(name: string, min: number, max: number): number {
    const value = this.members[name];
    assertInteger(value, min, max, `${this.title}.${name}`);
    return value;
  }

  /** Returns the result of `make`. Adds the place of the object to a RangeError that it throws. */
  within<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      throw error instanceof RangeError ? new RangeError(`${this.title}: ${error.message}`) : error;
    }
  }

  /** Reads a time, in epoch milliseconds: that of a call, or the end of a transition. */
  time(name: string, min = 0): number {
    return this.integer(name, min, NOW_MS_MAX + TRANSITION_MS_MAX);
  }

  /** Reads a whole second, in epoch milliseconds. A reshard may have put it ahead of the clock. */
  second(name: string, min: number): number {
    const value = this.integer(name, min, SECOND_MS_MAX);
    if (value % 1000 === 0) return value;
    throw new RangeError(`${this.title}.${name} must be a whole second: got ${value}`);
  }

  choice<const T>(name: string, choices: readonly T[]): T {
    const value = this.members[name];
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new RangeError(
      `${this.title}.${name} must be one of ${choices.join(', ')}: got ${describe(value)}`,
    );
  }

  range(): HashRange {
    const startingHashKey = this.#hashKey('startingHashKey');
    const endingHashKey = this.#hashKey('endingHashKey');
    if (startingHashKey <= endingHashKey) return { startingHashKey, endingHashKey };
    throw new RangeError(`${this.title}.endingHashKey must not be below startingHashKey`);
  }

  #hashKey(name: string): bigint {
    const hashKey = parseHashKey(this.text(name, /^[0-9]{1,39}$/));
    if (hashKey.ok) return hashKey.value;
    throw new RangeError(
      `${this.title}.${name} must be from 0 to 2^128 - 1, without leading zeros`,
    );
  }

  parentShardId(name: string, shardIndex: number): string | undefined {
    if (this.members[name] === null) return undefined;
    return formatShardId(this.integer(name, 0, shardIndex - 1));
  }
}
