/**
 * A stream restored from its snapshot behaves like the original. A damaged snapshot is refused or
 * gives a stream that works.
 */

import fc from 'fast-check';
import { restoreStream, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/arbitraries.ts';
import {
  ARN,
  autoStream,
  DAY_MS,
  HASH_KEYS,
  merge,
  putAt,
  recordOf,
  revive,
  scale,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../support/streams.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Streams that together have everything a snapshot can hold. */
function streams(): Stream[] {
  const busy = streamOf(3, { transitionMs: 1000 });
  unwrap(split(busy, '1', HASH_KEYS / 2n, T0 + 1000));
  putAt(busy, 0n, T0 + 2000);
  putAt(busy, 0n, T0 + 2500, 1000);
  unwrap(merge(busy, '3', '4', T0 + 3000));
  putAt(busy, HASH_KEYS / 2n, T0 + 4000);
  unwrap(scale(busy, 5, T0 + 5000));
  const old = streamOf(2);
  unwrap(scale(old, 3, T0));
  unwrap(old.increaseStreamRetentionPeriod({ StreamARN: ARN, RetentionPeriodHours: 48 }, T0));
  unwrap(old.updateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB: 2048 }, T0));
  putAt(old, 0n, T0 + 3 * DAY_MS);
  const auto = autoStream({ encryptionType: 'KMS' });
  auto.putRecord(recordOf(100), T0 + 1);
  const warm = streamOf(4, {}, { WarmThroughputMiBps: 3 });
  return [busy, old, auto, warm];
}

function draftOf(stream: Stream): Json {
  return JSON.parse(JSON.stringify(stream.snapshot()));
}

/** The paths of all members. */
function* pathsOf(value: Json, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield [...path, name];
    yield* pathsOf(inner, [...path, name]);
  }
}

function parentOf(draft: Json, path: readonly string[]): { [name: string]: Json } | undefined {
  let place: unknown = draft;
  for (const name of path.slice(0, -1)) place = (place as Record<string, unknown>)?.[name];
  return typeof place === 'object' && place !== null ? (place as never) : undefined;
}

/** Makes calls of all kinds at times around those of the stream. None of them may throw. */
function exercise(stream: Stream): void {
  for (const nowMs of [0, T0, T0 + 5999, T0 + 6000, T0 + 7 * DAY_MS, 16_000_000_000_000]) {
    const { shards } = stream.shardMap(nowMs);
    const starts = shards.map(({ startingHashKey }) => startingHashKey);
    const ends = shards.map(({ endingHashKey }) => endingHashKey + 1n);
    expect([...starts, HASH_KEYS]).toEqual([0n, ...ends]);
    putAt(stream, 0n, nowMs);
    putAt(stream, HASH_KEYS - 1n, nowMs, 1_000_000);
    const { startingHashKey, endingHashKey, shardId } = shards[0]!;
    split(stream, shardId, (startingHashKey + endingHashKey) / 2n, nowMs);
    const [lower, upper] = stream.shardMap(nowMs).shards;
    if (upper !== undefined) merge(stream, lower!.shardId, upper.shardId, nowMs);
    scale(stream, shards.length + 1, nowMs);
    const StreamName = stream.snapshot().streamName;
    stream.putRecords({ StreamName, Records: [recordOf(10), recordOf(20)] }, nowMs);
    stream.describeStreamSummary({ StreamName }, nowMs);
    stream.listShards({ StreamName, MaxResults: 2 }, nowMs);
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  }
}

/** Restores a draft and exercises the stream. Returns whether it was restored. */
function check(draft: unknown): boolean {
  const result = restoreStream(draft);
  if (result.ok) {
    exercise(result.value);
  } else {
    expect(result.fault.code).toBe('InvalidSnapshot');
    expect(result.fault.message.length).toBeLessThan(500);
  }
  return result.ok;
}

describe('restoreStream', () => {
  it('restores a stream that behaves like the original', () => {
    for (const stream of streams()) {
      const other = revive(stream);
      exercise(stream);
      exercise(other);
      expect(other.snapshot()).toEqual(stream.snapshot());
      const filter = { Type: 'FROM_TRIM_HORIZON' } as const;
      expect(shardsOf(other, T0, { ShardFilter: filter })).toBe(
        shardsOf(stream, T0, { ShardFilter: filter }),
      );
    }
  });

  it('refuses a snapshot without any one of its members', () => {
    for (const stream of streams()) {
      const draft = draftOf(stream);
      for (const path of pathsOf(draft)) {
        const copy = structuredClone(draft);
        const parent = parentOf(copy, path)!;
        // Snapshots of earlier versions do not have it.
        if (Array.isArray(parent) || path.at(-1) === 'sequenceIndexes') continue;
        delete parent[path.at(-1)!];
        expect(restoreStream(copy), path.join('.')).toMatchObject({ ok: false });
      }
    }
  });

  const values: unknown[] = [
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    1,
    0.5,
    999,
    T0 + 1,
    T0 + 1000,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53 - 1,
    1e300,
    '',
    '0',
    '-1',
    `${HASH_KEYS - 1n}`,
    `${HASH_KEYS}`,
    '9'.repeat(56),
    'PROVISIONED',
    'ON_DEMAND',
    'AUTO',
    'KMS',
    'unlimited',
    'x'.repeat(100_000),
    true,
    [],
    {},
    [null],
    [[]],
    10n,
    Symbol('s'),
    new Array(1000),
  ];

  it('refuses a snapshot with any one member replaced, or gives a stream that works', {
    timeout: 60_000,
  }, () => {
    let restored = 0;
    for (const stream of streams().slice(0, 3)) {
      const draft = draftOf(stream);
      for (const path of pathsOf(draft)) {
        for (const value of values) {
          const copy = structuredClone(draft);
          parentOf(copy, path)![path.at(-1)!] = value as Json;
          if (restoreStream(copy).ok) {
            restored++;
            // Exercising each takes too long. The next test may exercise any of them.
            if (restored % 40 === 0) check(copy);
          } else {
            check(copy);
          }
        }
      }
    }
    expect(restored).toBeGreaterThan(100);
  });

  it('refuses a snapshot with members mixed up, or gives a stream that works', () => {
    const drafts = streams().map(draftOf);
    const mix = fc.tuple(
      fc.nat(),
      fc.nat(),
      fc.constantFrom('set', 'swap', 'copy', 'remove', 'repeat'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...drafts),
        fc.array(mix, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...values.slice(0, -2)),
        (draft, mixes, value) => {
          const copy = structuredClone(draft);
          const paths = [...pathsOf(copy)];
          for (const [a, b, kind] of mixes) {
            const from = paths[a % paths.length]!;
            // Members of one name trade places: others would be refused for their type.
            const alike = paths.filter((path) => path.at(-1) === from.at(-1));
            const to = alike[b % alike.length]!;
            const [x, y] = [parentOf(copy, from), parentOf(copy, to)];
            if (x === undefined || y === undefined) continue;
            const [nameX, nameY] = [from.at(-1)!, to.at(-1)!];
            if (kind === 'set') x[nameX] = value as Json;
            if (kind === 'swap') [x[nameX], y[nameY]] = [y[nameY]!, x[nameX]!];
            if (kind === 'copy') x[nameX] = structuredClone(y[nameY]!);
            if (kind === 'remove' && Array.isArray(x)) x.splice(Number(nameX), 1);
            if (kind === 'repeat' && Array.isArray(x)) x.push(structuredClone(x[Number(nameX)]!));
          }
          check(copy);
        },
      ),
    );
  });

  it('refuses arbitrary values', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        expect(check(value)).toBe(false);
      }),
    );
  });
});
