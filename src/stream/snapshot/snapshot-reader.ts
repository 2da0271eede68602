/**
 * A reader that checks each member of a snapshot as it reads it. A snapshot may be made of getters
 * and Proxies, so a member must be read once.
 *
 * @module
 */

import {
  assertInteger,
  assertObject,
  assertString,
  describe,
  readArrayLength,
  wrongValue,
} from '../../base/argument.ts';
import { isInteger } from '../../base/intrinsics.ts';
import { readList } from '../../base/lists.ts';
import { parseHashKey } from '../../hashing/hash-key.ts';
import { CREATED_SECOND_MAX } from '../../sequencing/sequence-number.ts';
import type { HashRange } from '../../sharding/hash-key-range.ts';
import { formatShardId } from '../../sharding/shard-id.ts';
import { NOW_MS_MAX, TRANSITION_MS_MAX } from '../stream-config.ts';

const HASH_KEY_DIGITS = /^[0-9]{1,39}$/;

/** The end of the longest transition that starts at the last time of a call. */
const TIME_MS_MAX: number = /* @__PURE__ */ (() => NOW_MS_MAX + TRANSITION_MS_MAX)();

/**
 * Reads the members of one object of a snapshot. Each method reads its member once. It throws a
 * TypeError or a RangeError, with the place of the member, if it is invalid.
 */
export class SnapshotReader {
  readonly members: Readonly<Record<string, unknown>>;
  readonly #place: string | SnapshotReader;
  readonly #name: string;
  readonly #index: number | undefined;

  /**
   * @param place The title of the object, or the reader of which it is the member `name`.
   * @param index Its index, if that member is a list.
   */
  constructor(value: unknown, place: string | SnapshotReader, name = '', index?: number) {
    this.members = value as Record<string, unknown>;
    this.#place = place;
    this.#name = name;
    this.#index = index;
    assertObject(value, this);
  }

  /** The place of the object. Built when it is needed: for an error, or for a list. */
  get title(): string {
    if (typeof this.#place === 'string') return this.#place;
    const member = `${this.#place}.${this.#name}`;
    return this.#index === undefined ? member : `${member}[${this.#index}]`;
  }

  toString(): string {
    return this.title;
  }

  child(name: string): SnapshotReader {
    return new SnapshotReader(this.members[name], this, name);
  }

  /** Returns undefined for a child that is null. */
  optionalChild(name: string): SnapshotReader | undefined {
    const value = this.members[name];
    return value === null ? undefined : new SnapshotReader(value, this, name);
  }

  /** Returns what `read` returns for each member of a list. */
  list<T>(name: string, read: (member: unknown, title: string) => T, lengthMax?: number): T[] {
    return readList(this.members[name], { title: `${this.title}.${name}`, lengthMax }, read);
  }

  /** Returns what `read` returns for each object of a list. */
  children<T>(name: string, read: (child: SnapshotReader) => T, lengthMax?: number): T[] {
    const members = this.members[name] as readonly unknown[];
    const length = readArrayLength(members, `${this.title}.${name}`, lengthMax);
    const list: T[] = [];
    for (let i = 0; i < length; i++) list.push(read(new SnapshotReader(members[i], this, name, i)));
    return list;
  }

  text(name: string, pattern: RegExp): string {
    const value = this.members[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    const title = `${this.title}.${name}`;
    assertString(value, title);
    throw wrongValue(`${title} must match ${pattern.source}: got ${describe(value)}`);
  }

  integer(name: string, min: number, max: number): number {
    return this.#integerOf(this.members[name], name, min, max);
  }

  #integerOf(value: unknown, name: string, min: number, max: number): number {
    if (typeof value === 'number' && isInteger(value) && value >= min && value <= max) return value;
    assertInteger(value, min, max, `${this.title}.${name}`);
    return value;
  }

  /** Reads a time, in epoch milliseconds: that of a call, or the end of a transition. */
  time(name: string, min = 0): number {
    return this.integer(name, min, TIME_MS_MAX);
  }

  /** Returns undefined for a time that is null. */
  optionalTime(name: string): number | undefined {
    const value = this.members[name];
    return value === null ? undefined : this.#integerOf(value, name, 0, TIME_MS_MAX);
  }

  /** Reads a whole second, in epoch milliseconds. A reshard may have put it ahead of the clock. */
  second(name: string, min: number): number {
    const value = this.integer(name, min, CREATED_SECOND_MAX * 1000);
    if (value % 1000 === 0) return value;
    throw wrongValue(`${this.title}.${name} must be a whole second: got ${value}`);
  }

  choice<const T>(name: string, choices: readonly T[]): T {
    const value = this.members[name];
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw wrongValue(
      `${this.title}.${name} must be one of ${choices.join(', ')}: got ${describe(value)}`,
    );
  }

  range(): HashRange {
    const startingHashKey = this.#hashKey('startingHashKey');
    const endingHashKey = this.#hashKey('endingHashKey');
    if (startingHashKey <= endingHashKey) return { startingHashKey, endingHashKey };
    throw wrongValue(`${this.title}.endingHashKey must not be below startingHashKey`);
  }

  #hashKey(name: string): bigint {
    const hashKey = parseHashKey(this.text(name, HASH_KEY_DIGITS));
    if (hashKey.ok) return hashKey.value;
    throw wrongValue(`${this.title}.${name} must be from 0 to 2^128 - 1, without leading zeros`);
  }

  parentShardId(name: string, shardIndex: number): string | undefined {
    const parentIndex = this.members[name];
    if (parentIndex === null) return undefined;
    return formatShardId(this.#integerOf(parentIndex, name, 0, shardIndex - 1));
  }
}
